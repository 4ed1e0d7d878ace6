"""A site in which every page can be looked at, and the list of all its pages."""
