"""How the newsroom signs in: a password, a second factor, a lock after repeated failures."""
