"""Who may see a survey's figures now. Where they may not be seen, every door is the same 404."""

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils import timezone

from polls.lib.caching import kept_briefly
from polls.lib.http import answer_cookie
from polls.lib.pseudonyms import reader_key
from polls.models import (
    Blackout,
    Edition,
    Questionnaire,
    Response,
    Survey,
    Translation,
    current_edition,
)

from .queries import Results, results
from .tallies import respondents, respondents_of

Visibility = Survey.Visibility


def is_public(edition: Edition, now: datetime) -> bool:
    """Whether anybody may see them: doors that can't know a reader behave by this alone."""
    survey = edition.survey
    if edition.is_blacked_out(now):
        return False
    if survey.results == Visibility.ALWAYS:
        return True
    if survey.results in (Visibility.AFTER_CLOSING, Visibility.AFTER_ANSWERING):
        return survey.closes_at is not None and now >= survey.closes_at
    return False


def may_see(edition: Edition, now: datetime, *, has_answered: bool) -> bool:
    """Whether this reader may: `has_answered` is what the answer cookie says."""
    answered = has_answered and edition.survey.results == Visibility.AFTER_ANSWERING
    return (answered and not edition.is_blacked_out(now)) or is_public(edition, now)


def has_answered(request: HttpRequest, survey: Survey) -> bool:
    """Whether the answer cookie is one of ours and its answer stands: its name proves nothing."""
    cookie = request.COOKIES.get(answer_cookie(survey.pk), "")
    key = reader_key(survey.pk, cookie)
    standing = Response.objects.standing().filter(survey=survey, reader_key=key)
    return bool(cookie) and standing.exists()


def opens_to(request: HttpRequest, edition: Edition) -> bool:
    """Whether the editor's rule lets this request see; asks for the answer where it matters."""
    asks = edition.survey.results == Visibility.AFTER_ANSWERING
    answered = asks and has_answered(request, edition.survey)
    return may_see(edition, timezone.now(), has_answered=answered)


def shown_to(request: HttpRequest, edition: Edition) -> bool:
    """Whether this request would be shown results, and not a 404."""
    return opens_to(request, edition) and enough(edition.survey, recent_respondents(edition.survey))


def has_public_results(edition: Edition) -> bool:
    """Whether anybody would be shown results: where the article may lead to them."""
    survey = edition.survey
    return is_public(edition, timezone.now()) and enough(survey, recent_respondents(survey))


def public_results(slug: str) -> tuple[Edition, Results]:
    """For doors that can't know a reader (feed, picture, embed, API): the edition at an address
    and its figures, or Http404 where the results page would be one for a stranger."""
    edition = current_edition(slug)
    if edition is None or not is_public(edition, timezone.now()):
        raise Http404
    figures = results(edition)
    if not enough(edition.survey, figures.respondents):
        raise Http404
    return edition, figures


def silent_articles(now: datetime) -> set[int]:
    """The ids of the articles in a blackout, of whichever edition; one query."""
    found = Blackout.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return set(found.values_list("survey__article", flat=True))


def public_among(surveys: Sequence[Survey]) -> set[int]:
    """The ids of those, read with their article, whose results anybody would be shown: two
    queries, however many they are."""
    now = timezone.now()
    silent = silent_articles(now)
    numbers = respondents_of([survey.pk for survey in surveys if survey.results_from > 1])
    return {
        survey.pk
        for survey in surveys
        if survey.article_id not in silent
        # The rule needs nothing of the questions.
        and is_public(Edition(survey, survey.article, (), Questionnaire(()), ()), now)
        and enough(survey, numbers.get(survey.pk, 0))
    }


@kept_briefly
def public_translations(edition: Edition) -> tuple[Translation, ...]:
    """The members of the article's family whose results pages may lead to each other."""
    slugs = [one.slug for one in edition.translations]
    if not slugs:
        return ()
    found = Survey.objects.newest().filter(article__slug__in=slugs).select_related("article")
    surveys = list(found)
    public = public_among(surveys)
    open_to_all = {survey.article.slug for survey in surveys if survey.pk in public}
    shown = tuple(one for one in edition.translations if one.slug in open_to_all)
    return shown if len(shown) > 1 and edition.article.slug in open_to_all else ()


def recent_respondents(survey: Survey) -> int:
    """How many have answered, as of a few seconds ago; asked only where a number is set."""
    return 0 if survey.results_from <= 1 else _respondents(survey.pk)


_respondents = kept_briefly(respondents)


def enough(survey: Survey, respondents: int) -> bool:
    """Whether there are as many responses as the editor wants before anything is shown.

    "From the first response on" hides nothing: before it the page is empty, and says so.
    """
    return survey.results_from <= 1 or respondents >= survey.results_from
