"""The peers as their own documentation installs them, each a project with a database of its own.

Runs in the environment of requirements.lock, which has nothing of this site. `bench.others` makes
it, and says which peer is meant by the variable BENCH_PEER.
"""
