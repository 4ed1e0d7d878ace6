"""Simulated readers, for a demonstration and for load: they count like others, and are labelled."""

from .services import simulate
from .texts import fitting_rule

__all__ = ["fitting_rule", "simulate"]
