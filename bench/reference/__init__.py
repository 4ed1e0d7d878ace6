"""The reference of `bench.submissions`: the least that Django needs to take one submission."""
