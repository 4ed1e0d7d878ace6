"""How long what readers entrust to the paper is kept: deleted in time, and said in plain words."""
