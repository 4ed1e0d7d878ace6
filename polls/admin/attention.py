"""What of a survey needs somebody to look at it first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from polls import models
from polls.lib.numbers import moment, whole
from polls.models import Edition, Opinion, Release, Reply, Survey
from polls.moderation.second_looks import open_looks
from polls.results.integrity.services import waiting
from polls.results.queries import Results

SOON = timedelta(days=2)


@dataclass(frozen=True)
class Notice:
    """One line of the desk; `urgent` ones stand out."""

    text: str
    url: str = ""
    urgent: bool = False


def attention(
    edition: Edition, figures: Results, *, moderates: bool, hears_replies: bool = False
) -> list[Notice]:
    """The lines of one survey, the urgent ones first; a handful of queries, whatever its size.

    `moderates`: whether who looks may open the queue; `hears_replies`: the rights of reply.
    """
    now = timezone.now()
    lines = [
        *_queue(edition.survey, now, linked=moderates),
        *_notices(edition.survey, now, linked=moderates),
        *_appeals(edition.survey, now, linked=moderates),
        *_replies(edition.survey, now, linked=hears_replies),
        *_second_looks(edition.survey, linked=moderates),
        *_flags(edition.survey),
        *_taken_down(edition.survey),
        *_closing(edition.survey, now),
        *_blackouts(edition, now),
        *_releases(edition.survey, figures),
    ]
    return sorted(lines, key=lambda line: not line.urgent)


def _queue(survey: Survey, now: datetime, *, linked: bool) -> Iterator[Notice]:
    waits = Opinion.objects.filter(survey=survey).queue().order_by()
    found = waits.aggregate(oldest=Min("submitted_at"), number=Count("pk"))
    if not found["number"]:
        return
    text = ngettext(
        "%(number)s opinion waits for a moderator, the oldest for %(age)s.",
        "%(number)s opinions wait for a moderator, the oldest for %(age)s.",
        found["number"],
    )
    age = timesince(found["oldest"], now, depth=1)
    url = reverse("admin:polls_opinion_changelist") + f"?survey={survey.pk}"
    old = now - found["oldest"] > timedelta(days=1)
    line = text % {"number": whole(found["number"]), "age": age}
    yield Notice(line, url if linked else "", urgent=old)


def _appeals(survey: Survey, now: datetime, *, linked: bool) -> Iterator[Notice]:
    waits = models.Appeal.objects.filter(opinion__survey=survey, status=models.Appeal.Status.OPEN)
    found = waits.order_by().aggregate(oldest=Min("received_at"), number=Count("pk"))
    if found["number"]:
        text = ngettext(
            "%(number)s author contests a decision, the oldest for %(age)s.",
            "%(number)s authors contest a decision, the oldest for %(age)s.",
            found["number"],
        )
        age = timesince(found["oldest"], now, depth=1)
        url = reverse("admin:polls_appeal_changelist") if linked else ""
        yield Notice(text % {"number": whole(found["number"]), "age": age}, url, urgent=True)


def _second_looks(survey: Survey, *, linked: bool) -> Iterator[Notice]:
    number = open_looks().filter(opinion__survey=survey).order_by().count()
    if number:
        text = ngettext(
            "%(number)s decision is drawn for a second look.",
            "%(number)s decisions are drawn for a second look.",
            number,
        )
        url = reverse("admin:polls_secondlook_changelist") if linked else ""
        yield Notice(text % {"number": whole(number)}, url)


def _replies(survey: Survey, now: datetime, *, linked: bool) -> Iterator[Notice]:
    """Of the article, whatever the edition: the law's clock runs for all of them."""
    waits = Reply.objects.filter(statement__article=survey.article_id, status=Reply.Status.PENDING)
    found = waits.order_by().aggregate(first=Min("due_at"), number=Count("pk"))
    if not found["number"]:
        return
    if found["first"] < now:
        text = ngettext(
            "%(number)s right of reply waits: its time ended on %(moment)s.",
            "%(number)s rights of reply wait: the time of the oldest ended on %(moment)s.",
            found["number"],
        )
    else:
        text = ngettext(
            "%(number)s right of reply waits, to be inserted by %(moment)s.",
            "%(number)s rights of reply wait, the oldest to be inserted by %(moment)s.",
            found["number"],
        )
    values = {"number": whole(found["number"]), "moment": moment(found["first"])}
    article = f"?statement__article__id__exact={survey.article_id}"
    url = reverse("admin:polls_reply_changelist") + article if linked else ""
    yield Notice(text % values, url, urgent=True)


def _notices(survey: Survey, now: datetime, *, linked: bool) -> Iterator[Notice]:
    """What readers reported; a text that is hidden until decided is a promise with a clock."""
    notices = models.Notice.objects.filter(survey=survey, status=models.Notice.Status.OPEN)
    hidden = Q(opinion__status=Opinion.Status.HELD, opinion__decided_at=None)
    found = notices.order_by().aggregate(
        number=Count("pk"),
        overdue=Count("pk", filter=Q(due_at__lt=now)),
        hidden=Count("opinion", filter=hidden, distinct=True),
    )
    url = reverse("admin:polls_notice_changelist") if linked else ""
    if found["number"]:
        text = ngettext(
            "%(number)s notice is open, %(overdue)s overdue.",
            "%(number)s notices are open, %(overdue)s overdue.",
            found["number"],
        )
        values = {"number": whole(found["number"]), "overdue": whole(found["overdue"])}
        yield Notice(text % values, url, urgent=bool(found["overdue"]))
    if found["hidden"]:
        text = ngettext(
            "%(number)s text is hidden until notices of it are decided.",
            "%(number)s texts are hidden until notices of them are decided.",
            found["hidden"],
        )
        yield Notice(text % {"number": whole(found["hidden"])}, url)


def _flags(survey: Survey) -> Iterator[Notice]:
    found = waiting(survey).order_by().aggregate(groups=Count("pk"), responses=Sum("size"))
    if not found["groups"]:
        return
    text = ngettext(
        "%(groups)s flagged group of answers to look at (%(responses)s answers).",
        "%(groups)s flagged groups of answers to look at (%(responses)s answers).",
        found["groups"],
    )
    values = {"groups": whole(found["groups"]), "responses": whole(found["responses"])}
    url = reverse("admin:polls_flaggroup_changelist") + f"?survey__id__exact={survey.pk}"
    yield Notice(text % values, url, urgent=True)


def _taken_down(survey: Survey) -> Iterator[Notice]:
    if survey.unpublished_at and not survey.is_published:
        text = _("Taken down on %(moment)s: readers see nothing of it.")
        yield Notice(text % {"moment": moment(survey.unpublished_at)}, urgent=True)


def _closing(survey: Survey, now: datetime) -> Iterator[Notice]:
    if survey.closes_at and now < survey.closes_at < now + SOON:
        closes = _("Closes on %(moment)s.") % {"moment": moment(survey.closes_at)}
        yield Notice(closes, urgent=True)


def _blackouts(edition: Edition, now: datetime) -> Iterator[Notice]:
    for window in edition.blackouts:
        values = {"end": moment(window.ends_at), "reason": window.reason}
        if window.starts_at <= now < window.ends_at:
            text = _("Blackout until %(end)s: readers see no figure (%(reason)s).")
            yield Notice(text % values, urgent=True)
        elif now < window.starts_at:
            values["start"] = moment(window.starts_at)
            yield Notice(_("Blackout from %(start)s to %(end)s (%(reason)s).") % values)


def _releases(survey: Survey, figures: Results) -> Iterator[Notice]:
    last = Release.objects.filter(survey=survey).order_by("-number").only("number", "figures")
    release = last.first()
    if release is None or not survey.is_published:
        return
    then = release.figures["results"]["identity"]
    if then["digest"] == figures.identity.digest:
        return
    values = {
        "number": release.number,
        "then": whole(then["received"] - then["set_aside"]),
        "now": whole(figures.respondents),
    }
    text = _(
        "The counts have changed since release %(number)s: %(then)s answers then, %(now)s now."
    )
    yield Notice(text % values)
