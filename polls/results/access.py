"""Who may see a survey's figures now. Where they may not be seen, every door is the same 404."""

from datetime import datetime

from polls.models import Survey

Visibility = Survey.Visibility


def is_public(survey: Survey, now: datetime) -> bool:
    """Whether anybody may see them: doors that can't know a reader behave by this alone."""
    if survey.results == Visibility.ALWAYS:
        return True
    if survey.results in (Visibility.AFTER_CLOSING, Visibility.AFTER_ANSWERING):
        return survey.closes_at is not None and now >= survey.closes_at
    return False


def may_see(survey: Survey, now: datetime, *, has_answered: bool) -> bool:
    """Whether this reader may: `has_answered` is what the answer cookie says."""
    answered = has_answered and survey.results == Visibility.AFTER_ANSWERING
    return answered or is_public(survey, now)


def enough(survey: Survey, respondents: int) -> bool:
    """Whether there are as many responses as the editor wants before anything is shown.

    "From the first response on" hides nothing: before it the page is empty, and says so.
    """
    return survey.results_from <= 1 or respondents >= survey.results_from
