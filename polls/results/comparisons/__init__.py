"""Any two items crossed; any item over time, by channel and by edition."""
