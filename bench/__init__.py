"""What `make bench` runs: measurements as ratios to a reference, never tests. See README.md."""
