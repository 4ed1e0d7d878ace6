"""What may be odd about a sending, as `Response.suspicion` keeps it (`polls.answering.guards`)."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from polls.models import FlagGroup


class Suspicion(models.TextChoices):
    """None of them refuses anything: the answer is kept and counted, its text waits."""

    TRAP = "trap", _("a field was filled that nobody sees")
    STAMP = "stamp", _("the form’s time stamp was wrong, or a second old")
    RATE = "rate", _("very many answers from one network")


def joined(suspicions: Iterable[Suspicion]) -> str:
    """As it is stored: keys between blanks, so that one is found by " trap "."""
    keys = " ".join(suspicions)
    return f" {keys} " if keys else ""


def told(rule: str, key: str) -> str:
    """What a group of the rule `trap` has in common, in words; of another rule's nothing."""
    kind = key.partition(" ")[0] if rule == FlagGroup.Rule.TRAP else ""
    return str(Suspicion(kind).label) if kind in Suspicion.values else ""
