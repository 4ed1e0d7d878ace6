"""Ready-made items about the reader."""

import pytest

from polls.composing.profile import add_profile_items
from polls.composing.scales import Frozen
from polls.composing.services import publish
from polls.models import read_questionnaire
from tests.factories import make_article, make_draft, make_survey
from tests.reader import Reader


def test_they_stand_after_the_subject_and_before_the_text_and_ask_for_nothing_required(
    db: None,
) -> None:
    survey = make_draft()
    assert add_profile_items(survey) == 2
    items = read_questionnaire(survey.pk).items
    assert [item.key for item in items[-3:]] == ["age", "follows", "opinion"]
    asked = [item for item in items if item.profile]
    assert not any(item.required for item in asked)
    assert all(item.options[-1].key == "none" for item in asked)


def test_asked_twice_they_are_added_once(db: None) -> None:
    survey = make_draft()
    add_profile_items(survey)
    assert add_profile_items(survey) == 0


def test_a_published_survey_gets_none(db: None) -> None:
    with pytest.raises(Frozen):
        add_profile_items(make_survey())


def test_readers_answer_them_and_results_tell_them_from_opinions(db: None) -> None:
    survey = make_draft(make_article(), results="always")
    add_profile_items(survey)
    publish(survey=survey)
    assert Reader().answer(item__age="25-34").status_code == 303
    page = Reader().get("/articles/pont/results/").content.decode()
    assert page.index("Qui a répondu") < page.index('id="item-age"')
    assert page.index('id="item-relevant"') < page.index("Qui a répondu")
