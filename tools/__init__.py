"""What `make` runs. Nothing here is part of the site."""
