"""What happens to a consultation, and when: its state in a word, its course in sentences."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from polls.lib.numbers import moment, whole
from polls.models import Blackout, Survey

Visibility = Survey.Visibility


class State(TextChoices):
    """Where a survey stands now, for whoever edits it."""

    DRAFT = "draft", pgettext_lazy("consultation", "draft")
    UPCOMING = "upcoming", pgettext_lazy("consultation", "to come")
    OPEN = "open", pgettext_lazy("consultation", "open")
    CLOSED = "closed", pgettext_lazy("consultation", "closed")
    DOWN = "down", pgettext_lazy("consultation", "taken down")


def state_of(survey: Survey, now: datetime | None = None) -> State:
    now = now or timezone.now()
    if not survey.is_published:
        return State.DOWN if survey.is_frozen else State.DRAFT
    if survey.opens_at and now < survey.opens_at:
        return State.UPCOMING
    return State.CLOSED if survey.closes_at and now >= survey.closes_at else State.OPEN


def course(survey: Survey) -> list[str]:
    """What will happen when, a sentence each; of what was taken down, what stands in its place."""
    if state_of(survey) == State.DOWN:
        return list(place(survey))
    now = timezone.now()
    return [
        opening(survey, now),
        closing(survey, now),
        results_shown(survey),
        *blackouts(survey, now),
        *place(survey),
    ]


def opening(survey: Survey, now: datetime) -> str:
    opens = survey.opens_at
    values = {"moment": moment(opens) if opens else ""}
    if opens and now < opens:
        if survey.is_published:
            return _("Readers see the article; they can answer from %(moment)s.") % values
        return _("Readers see the article once it is published, and answer from %(moment)s.") % (
            values
        )
    if not survey.is_frozen or survey.published_at is None:
        return _("Readers can answer as soon as it is published.")
    since = max(opens, survey.published_at) if opens else survey.published_at
    if survey.closes_at and now >= survey.closes_at:
        return _("Readers could answer from %(moment)s.") % {"moment": moment(since)}
    return _("Readers can answer since %(moment)s.") % {"moment": moment(since)}


def closing(survey: Survey, now: datetime) -> str:
    if survey.closes_at is None:
        return _("It stays open until it is closed by hand.")
    values = {"moment": moment(survey.closes_at)}
    if now < survey.closes_at:
        return _("It closes on %(moment)s.") % values
    return _("It closed on %(moment)s.") % values


def results_shown(survey: Survey) -> str:
    """Who sees the figures, and from how many answers on."""
    number = survey.results_from
    if survey.results == Visibility.STAFF:
        return _("Only the newsroom sees results.")
    who = {
        Visibility.ALWAYS: _("All readers see results at any time"),
        Visibility.AFTER_ANSWERING: _("Who has answered sees results, and all readers once closed"),
        Visibility.AFTER_CLOSING: _("All readers see results once it is closed"),
    }[Visibility(survey.results)]
    if number <= 1:
        return _("%(who)s.") % {"who": who}
    least = ngettext(
        "%(who)s, from %(number)s answer on.", "%(who)s, from %(number)s answers on.", number
    )
    return least % {"who": who, "number": whole(number)}


def blackouts(survey: Survey, now: datetime) -> Iterator[str]:
    """Those of every edition at the address: they hold for all of them."""
    ahead = Blackout.objects.filter(survey__article=survey.article_id, ends_at__gt=now)
    for window in ahead:
        values: dict[str, Any] = {
            "start": moment(window.starts_at),
            "end": moment(window.ends_at),
            "reason": window.reason,
        }
        text = _("From %(start)s to %(end)s readers see no figure at all (%(reason)s).")
        yield text % values


def place(survey: Survey) -> Iterator[str]:
    """What stands at the article's address, where it isn't this edition."""
    if not survey.is_frozen:
        return
    shown = Survey.objects.current(survey.article.slug)
    if survey.unpublished_at:
        down = {"moment": moment(survey.unpublished_at), "note": survey.unpublished_note}
        yield _("It was taken down on %(moment)s.") % down
        if shown is None:
            yield _("Its address says so, and shows nothing else.")
        if survey.unpublished_note:
            yield _("Readers are told: “%(note)s”") % down
    if shown and shown.pk != survey.pk:
        yield _("The article’s address shows edition %(number)d.") % {"number": shown.edition}
