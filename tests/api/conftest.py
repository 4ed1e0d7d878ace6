"""What the tests of the API share: a published consultation with texts, and its doors."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import Blackout, Opinion, Survey
from tests.factories import make_response

Hide = Callable[[Survey], object]


def change(**values: object) -> Hide:
    """What an editor may change of a survey, as the next request finds it."""

    def apply(survey: Survey) -> None:
        Survey.objects.filter(pk=survey.pk).update(**values)
        forget()

    return apply


def black_out(survey: Survey) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    Blackout.objects.create(survey=survey, starts_at=now - hour, ends_at=now + hour, reason="Vote")
    forget()


@pytest.fixture
def published(survey: Survey) -> Survey:
    """Three answers with published texts; results are public."""
    for n in range(3):
        answers = {"credible": "2", "relevant": "4", "s1-credible": "4"}
        make_response(survey, f"Avis {n}.", show_ratings=True, answers=answers)
    Opinion.objects.update(status="published", decided_at=timezone.now())
    return survey
