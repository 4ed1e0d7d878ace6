"""The newsroom's front page: what waits for whoever looks, and how the consultations stand."""
