"""The figures if readers were composed like the paper's audience."""
