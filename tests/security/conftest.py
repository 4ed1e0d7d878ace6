"""The survey that the tests of hostile input attack, and how long they look.

.venv/bin/pytest tests/security                              the same few examples each time
.venv/bin/pytest tests/security --hypothesis-profile=long    a thousand, others each time
"""

import pytest
from hypothesis import settings

from polls.composing.services import publish
from polls.models import Survey
from tests.factories import make_article, make_draft, make_question

settings.register_profile("long", max_examples=1000, print_blob=True)


@pytest.fixture
def attacked(db: None) -> Survey:
    """An open survey with an item of each kind at the usual address, beside one of another article
    with choices of its own."""
    other = make_draft(make_article("autre"))
    make_question(other, "foreign", "multiple", "alien robot")
    publish(survey=other)
    survey = make_draft()
    make_question(survey, "age", "single", "young old")
    make_question(survey, "media", "multiple", "press radio web")
    return publish(survey=survey)
