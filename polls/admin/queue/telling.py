"""What a moderator is told of decisions: done, left alone, and by whom it was decided meanwhile."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from polls.lib.numbers import moment
from polls.models import ModerationEvent, Opinion
from polls.moderation.queue import last_decisions
from polls.moderation.services import Action, Outcome

# Of what was left alone, so many are named.
NAMED = 5


def done(act: str, texts: int, left: int = 0) -> str:
    """What became of so many texts, of which so many were left published as they were."""
    if left:
        stayed = ngettext("%d text left published.", "%d texts left published.", left) % left
        return f"{done(act, texts - left)} {stayed}" if texts > left else stayed
    said = {
        Action.PUBLISH: ngettext("%d text published.", "%d texts published.", texts),
        Action.REJECT: ngettext("%d text rejected.", "%d texts rejected.", texts),
        Action.HOLD: ngettext("%d text put on hold.", "%d texts put on hold.", texts),
        Action.UNDO: ngettext("%d decision undone.", "%d decisions undone.", texts),
    }
    return said[Action(act)] % texts


def tell(request: HttpRequest, act: str, outcome: Outcome) -> None:
    if outcome.decided:
        messages.success(request, done(act, len(outcome.decided), outcome.left))
    left = [*outcome.changed, *outcome.contested, *outcome.settled]
    last = last_decisions(left[:NAMED])
    contested = {opinion.pk for opinion in outcome.contested}
    for opinion in left[:NAMED]:
        if opinion in outcome.settled:
            told = _settled(opinion)
        else:
            told = _contested(opinion) if opinion.pk in contested else _changed(opinion, last)
        own_page = reverse("admin:polls_opinion_change", args=[opinion.pk])
        if opinion.pk in contested:
            own_page = reverse("admin:polls_appeal_changelist")
        # A message may travel in a cookie: it names the text and doesn't quote it.
        messages.warning(
            request, format_html('{} <a href="{}">{}</a>', told, own_page, _("Open it"))
        )
    _tell_of_more(request, left[NAMED:])


def _tell_of_more(request: HttpRequest, more: Sequence[Opinion]) -> None:
    if more:
        text = ngettext(
            "%d more was left alone for the same reasons.",
            "%d more were left alone for the same reasons.",
            len(more),
        )
        messages.warning(request, text % len(more))


def _contested(opinion: Opinion) -> str:
    return _(
        "Opinion no. %(number)s was left alone: its author has contested the decision. Decide the"
        " appeal."
    ) % {"number": opinion.pk}


def _settled(opinion: Opinion) -> str:
    return _(
        "Opinion no. %(number)s was left alone: it was decided on appeal. A reader’s notice or a"
        " new text brings it back."
    ) % {"number": opinion.pk}


def _changed(opinion: Opinion, last: dict[int, ModerationEvent]) -> str:
    """Who did what meanwhile: the later of two moderators learns what the first decided."""
    event = last.get(opinion.pk)
    values = {"number": opinion.pk, "state": opinion.get_status_display()}
    if event is None:
        return _("Opinion no. %(number)s was left alone: it is now %(state)s.") % values
    what = event.get_action_display()
    values |= {
        "what": f"{what} ({event.rule_title})" if event.rule_title else what,
        "who": event.actor_name,
        "when": moment(event.at),
    }
    if event.automatic or not event.actor_name:
        told = _("Opinion no. %(number)s was left alone: it is now %(state)s (%(what)s, %(when)s).")
        return told % values
    return (
        _(
            "Opinion no. %(number)s was left alone: %(who)s decided meanwhile (%(what)s,"
            " %(when)s). It is now %(state)s."
        )
        % values
    )
