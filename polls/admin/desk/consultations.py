"""How the consultations stand: open and to come, drafts, and what is left to do afterwards.

Each list ends after a few rows, and leads on to the list of all.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from polls.admin.survey_course import State, state_of
from polls.composing.checking import problems
from polls.lib.numbers import moment, whole
from polls.models import PreparedExport, Release, Response, Survey
from polls.moderation.queue import COUNTED
from polls.results.tallies import respondents_of

from .waiting import Line

MOST = 20  # consultations on the page
FEW = 5  # drafts, closed ones, exports
SOON = timedelta(days=2)


@dataclass(frozen=True)
class Running:
    """A consultation that is open or to come; `answers` and `today` as they are printed."""

    name: str
    language: str
    url: str
    state: str
    when: str
    soon: bool
    answers: str = ""
    today: str = ""
    simulated: bool = False


@dataclass(frozen=True)
class Draft:
    """`missing`: what stands between it and its readers, as far as it is shown."""

    name: str
    language: str
    url: str
    missing: list[str]
    more: int


def name_of(survey: Survey) -> str:
    """The article's title, with the edition where it isn't the first."""
    if survey.edition == 1:
        return survey.article.title
    values = {"title": survey.article.title, "number": survey.edition}
    return _("%(title)s (edition %(number)d)") % values


def running(now: datetime) -> list[Running]:
    """Open and to come, the next to close first, one more than MOST if there are; three queries."""
    ahead = Survey.objects.published().filter(Q(closes_at__isnull=True) | Q(closes_at__gt=now))
    by = (F("closes_at").asc(nulls_last=True), "-pk")
    surveys = list(ahead.select_related("article").order_by(*by)[: MOST + 1])
    answered = respondents_of(survey.pk for survey in surveys)
    arrived, all_read = answers_of_today(now)
    found = []
    for survey in surveys:
        state = state_of(survey, now)
        board = Running(
            name_of(survey),
            survey.article.language,
            reverse("admin:polls_survey_dashboard", args=[survey.pk]),
            str(state.label),
            _when(survey, state),
            soon=bool(survey.closes_at and survey.closes_at < now + SOON),
            answers=whole(answered.get(survey.pk, 0)) if state == State.OPEN else "",
            today=_today(arrived[survey.pk], all_read) if state == State.OPEN else "",
            simulated=survey.simulated,
        )
        found.append(board)
    return found


def answers_of_today(now: datetime) -> tuple[Counter[int], bool]:
    """By survey, among the last COUNTED that came; and whether these were all of today."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    newest = Response.objects.order_by("-pk").values_list("survey", "submitted_at", "withdrawn_at")
    rows = list(newest[:COUNTED])
    today = Counter(survey for survey, at, gone in rows if at >= midnight and gone is None)
    return today, len(rows) < COUNTED or min(at for _survey, at, _gone in rows) < midnight


def _today(number: int, all_read: bool) -> str:
    return whole(number) if all_read else _("at least %(number)s") % {"number": whole(number)}


def _when(survey: Survey, state: State) -> str:
    if state == State.UPCOMING and survey.opens_at:
        return _("opens on %(moment)s") % {"moment": moment(survey.opens_at)}
    if survey.closes_at is None:
        return _("until it is closed by hand")
    return _("closes on %(moment)s") % {"moment": moment(survey.closes_at)}


def drafts() -> list[Draft]:
    """The newest, one more than FEW if there are; each with two queries of its own."""
    found = Survey.objects.filter(status=Survey.Status.DRAFT).order_by("-pk")
    found = found.select_related("article").prefetch_related("rules", "article__statements")
    return [_draft(survey) for survey in found[: FEW + 1]]


def _draft(survey: Survey) -> Draft:
    blocking = [problem.message for problem in problems(survey) if problem.blocking]
    url = reverse("admin:polls_survey_compose", args=[survey.pk])
    shown = blocking[:3]
    return Draft(name_of(survey), survey.article.language, url, shown, len(blocking) - len(shown))


def unreleased(user: User, now: datetime) -> Iterator[Line]:
    """Closed ones whose figures nobody has published, the last to close first."""
    released = Release.objects.filter(survey=OuterRef("pk"))
    closed = Survey.objects.published().filter(closes_at__lte=now, erased_at__isnull=True)
    found = closed.filter(~Exists(released)).select_related("article").order_by("-closes_at")
    surveys = list(found[: FEW + 1])
    for survey in surveys[:FEW]:
        values = {"name": name_of(survey)}
        note = _("closed on %(moment)s") % {"moment": moment(survey.closes_at or now)}
        url = reverse("admin:polls_survey_release", args=[survey.pk])
        yield Line(_("No release of the results yet: %(name)s") % values, url, note)
    if len(surveys) > FEW:
        closed_ones = reverse("admin:polls_survey_changelist") + f"?state={State.CLOSED}"
        yield Line(_("More closed surveys without a release"), closed_ones)


def exports(user: User, now: datetime) -> Iterator[Line]:
    """The files that this person has ordered: under way, ready, or failed since yesterday."""
    states = PreparedExport.State
    shown = (
        Q(state__in=(states.WAITING, states.RUNNING))
        | Q(state=states.DONE, expires_at__gt=now)
        | Q(state=states.FAILED, finished_at__gt=now - timedelta(days=1))
    )
    found = PreparedExport.objects.filter(shown, maker=user).select_related("survey__article")
    for export in found[:FEW]:
        values = {"name": name_of(export.survey), "state": export.get_state_display()}
        until = export.expires_at if export.state == states.DONE else None
        yield Line(
            _("Export, %(state)s: %(name)s") % values,
            reverse("admin:polls_survey_export", args=[export.survey_id]),
            _("until %(moment)s") % {"moment": moment(until)} if until else "",
        )
