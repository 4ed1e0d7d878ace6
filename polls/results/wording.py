"""The sentence above a picture: what is seen, in words, in the language that is active."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from polls.lib.numbers import percent
from polls.models import Question

from .queries import ItemResult


def sentence(item: ItemResult) -> str:
    """One sentence on an item. It speaks of answers received and never judges the person."""
    if item.sides is None:
        return _("Nobody has given an opinion yet.")
    below, _on, above = item.sides
    values = {"below": percent(below), "above": percent(above)}
    if item.aspect == Question.Aspect.CREDIBILITY:
        return _credibility(item) % values
    if item.aspect == Question.Aspect.RELEVANCE:
        return _relevance(item) % values
    return (
        _("Of those with an opinion, %(below)s are below the middle of the scale, %(above)s above.")
        % values
    )


def _credibility(item: ItemResult) -> str:
    if item.statement is None:
        return pgettext(
            "all statements",
            "Of those with an opinion, %(below)s find them not at all or not very credible,"
            " %(above)s fairly or entirely.",
        )
    return pgettext(
        "one statement",
        "Of those with an opinion, %(below)s find it not at all or not very credible,"
        " %(above)s fairly or entirely.",
    )


def _relevance(item: ItemResult) -> str:
    if item.statement is None:
        return pgettext(
            "all statements",
            "Of those with an opinion, %(below)s find them not at all or not very relevant,"
            " %(above)s fairly or entirely.",
        )
    return pgettext(
        "one statement",
        "Of those with an opinion, %(below)s find it not at all or not very relevant,"
        " %(above)s fairly or entirely.",
    )
