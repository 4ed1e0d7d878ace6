"""A simulated attack on a survey, to see what the integrity rules catch and whom they flag wrongly.

`python -m tools.attack` prints the table of `docs/integrity.md`; `python -m tools.attack 16` does
it with sixteen times the responses, and says how long each rule took.
"""
