"""What an act would change for readers, in numbers: said before it is done."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from polls.lib.numbers import day, moment, whole
from polls.models import Notice, Opinion, Release, Survey
from polls.results.tallies import respondents

from .survey_course import blackouts, closing, results_shown, state_of

Visibility = Survey.Visibility


def of_publishing(survey: Survey) -> list[str]:
    """Of a draft: who will see what when, and what can't be changed any more."""
    now = timezone.now()
    return [
        *_opening(survey),
        closing(survey, now),
        results_shown(survey),
        *blackouts(survey, now),
        *_instead_of(survey),
        _frozen(survey),
    ]


def _opening(survey: Survey) -> Iterator[str]:
    if survey.opens_at and survey.opens_at > timezone.now():
        opens = {"moment": moment(survey.opens_at)}
        yield _("Readers see the article at once, and can answer from %(moment)s.") % opens
        yield _("Until then it stands in no list: only its address leads to it.")
    else:
        yield _("Readers see the article and can answer at once.")


def _instead_of(survey: Survey) -> Iterator[str]:
    """The edition whose place at the address this one takes, or that keeps it."""
    shown = Survey.objects.current(survey.article.slug)
    if shown is None:
        return
    values = {
        "number": shown.edition,
        "state": state_of(shown).label,
        "answers": _answers(respondents(shown.pk)),
    }
    if shown.edition > survey.edition:
        yield _("The article’s address goes on showing edition %(number)d, a later one.") % values
    else:
        text = _(
            "The article’s address shows this edition instead of edition %(number)d (%(state)s,"
            " %(answers)s), which readers can then neither answer nor see any more."
        )
        yield text % values


def _frozen(survey: Survey) -> str:
    number = survey.questions.count()
    text = ngettext(
        "The questionnaire is frozen: %(number)s question, with its wording and choices. Another"
        " one needs a new edition.",
        "The questionnaire is frozen: %(number)s questions, with their wording and choices. Another"
        " one needs a new edition.",
        number,
    )
    return text % {"number": whole(number)}


def of_publishing_again(survey: Survey) -> list[str]:
    """Of what was taken down: it comes back as it was."""
    now, number = timezone.now(), respondents(survey.pk)
    back = _("Readers see it again as it was, with %(answers)s.") % {"answers": _answers(number)}
    return [
        back,
        closing(survey, now),
        results_shown(survey),
        *blackouts(survey, now),
        *_instead_of(survey),
    ]


def of_closing(survey: Survey) -> list[str]:
    number = respondents(survey.pk)
    received = _("%(answers)s so far. No other is taken, and none can be changed any more.")
    return [
        received % {"answers": _answers(number).capitalize()},
        _("Readers can still read and withdraw theirs."),
        *_waiting(survey),
        *_shown_once_closed(survey, number),
        _kept(survey, timezone.now()),
        *_planned(survey),
    ]


def _planned(survey: Survey) -> Iterator[str]:
    yield _("You can open it again as long as its answers are there.")
    if survey.closes_at:
        planned = {"moment": moment(survey.closes_at)}
        yield _("It was to close on %(moment)s: that is offered then, if it is still ahead.") % (
            planned
        )


def _shown_once_closed(survey: Survey, number: int) -> Iterator[str]:
    if survey.results not in (Visibility.AFTER_ANSWERING, Visibility.AFTER_CLOSING):
        return
    if number < survey.results_from:
        least = {"number": whole(survey.results_from)}
        yield _("Results stay hidden: there are fewer than %(number)s answers.") % least
    else:
        yield _("From then on all readers see the results.")


def of_reopening(survey: Survey) -> list[str]:
    number = _answers(respondents(survey.pk))
    found = [
        _("Readers can answer again and change their answers; %(answers)s so far.")
        % {"answers": number}
    ]
    if survey.results in (Visibility.AFTER_ANSWERING, Visibility.AFTER_CLOSING):
        found.append(
            _("Results that all readers see since the closing are hidden from them again.")
        )
    found.append(_("Answers are kept longer: their time is counted from the new closing."))
    return found


def of_taking_down(survey: Survey) -> list[str]:
    answers = {"answers": _answers(respondents(survey.pk)).capitalize()}
    return [
        _(
            "Readers see nothing of it any more: not the article, not the results, no picture, no"
            " frame on other sites, no feed. Caches in front of the site may keep a page for one or"
            " two minutes."
        ),
        *_address(survey),
        _("%(answers)s so far. What was received stays, for the newsroom alone. No other is taken.")
        % answers,
        _("Receipts work: readers can read and withdraw their answer, and contest a decision."),
        *_released(survey),
        *_waiting(survey),
        _kept(survey, survey.closes_at or timezone.now()),
        _("It can be published again as it was; it is never a draft again."),
    ]


def _address(survey: Survey) -> Iterator[str]:
    shown = Survey.objects.published().filter(article=survey.article_id).exclude(pk=survey.pk)
    other = shown.order_by("-edition").first()
    if other is None:
        yield _("Its address says that it was taken down, when, and what you write below.")
    elif other.edition < survey.edition:
        values = {"number": other.edition, "state": state_of(other).label}
        text = _(
            "The article’s address shows edition %(number)d again (%(state)s), which is still"
            " published: take that down as well if the article is to disappear."
        )
        yield text % values
    else:
        text = _("The article’s address goes on showing edition %(number)d, a later one.")
        yield text % {"number": other.edition}


def _released(survey: Survey) -> Iterator[str]:
    if number := Release.objects.filter(survey=survey).count():
        text = ngettext(
            "%(number)s release of its figures can’t be read any more.",
            "%(number)s releases of its figures can’t be read any more.",
            number,
        )
        yield text % {"number": whole(number)}


def _waiting(survey: Survey) -> Iterator[str]:
    if number := Opinion.objects.filter(survey=survey).queue().count():
        text = ngettext(
            "%(number)s text waits for a moderator, and stays in the queue.",
            "%(number)s texts wait for a moderator, and stay in the queue.",
            number,
        )
        yield text % {"number": whole(number)}
    if number := Notice.objects.filter(survey=survey, status=Notice.Status.OPEN).count():
        text = ngettext(
            "%(number)s notice of readers is open, and must still be answered.",
            "%(number)s notices of readers are open, and must still be answered.",
            number,
        )
        yield text % {"number": whole(number)}


def _kept(survey: Survey, ended: datetime) -> str:
    """Until when, counted from the end that the act gives it."""
    if survey.erased_at:
        return _("The answers were deleted after their time; only figures are left.")
    due = timezone.localtime(ended + timedelta(days=survey.retention_days))
    return _("Answers and texts are deleted on %(day)s.") % {"day": day(due)}


def _answers(number: int) -> str:
    if not number:
        return _("no answer")
    text = ngettext("%(number)s answer", "%(number)s answers", number)
    return text % {"number": whole(number)}
