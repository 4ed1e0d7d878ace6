"""Which columns an export has, what stands in them, and what the codebook says of them."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from polls.answering.services import change, withdraw
from polls.answering.submission import Submission
from polls.exports import codebook
from polls.exports.rows import columns
from polls.models import FlagGroup, Opinion, Response, Survey, read_questionnaire
from polls.moderation.services import decide
from tests.exports.conftest import Exported
from tests.exports.helpers import records, sample_survey
from tests.factories import (
    make_article,
    make_draft,
    make_opinion,
    make_question,
    make_response,
    make_staff,
    make_survey,
)

SAMPLE_COLUMNS = [
    *("response_id", "edition", "submitted_at", "changed_at"),
    *("channel", "language", "consent_version", "set_aside", "flags"),
    *("credible", "relevant"),
    *("s1-credible", "s1-relevant", "s2-credible", "s2-relevant", "s3-credible", "s3-relevant"),
    *("s4-credible", "s4-relevant", "s5-relevant"),
    *("opinion_state", "opinion_ratings_shown", "opinion"),
]


def make_survey_with(*questions: tuple[str, str, str]) -> Survey:
    """A published survey that asks these (key, kind, choices) beside the standard items."""
    survey = make_draft()
    for key, kind, choices in questions:
        make_question(survey, key, kind, choices)
    Survey.objects.filter(pk=survey.pk).update(status="published", published_at=timezone.now())
    return Survey.objects.select_related("article").get(pk=survey.pk)


@pytest.mark.django_db
def test_the_sample_survey_has_these_columns_in_this_order(exported: Exported) -> None:
    survey = sample_survey()
    make_response(survey, answers={"relevant": "1", "credible": "3"})
    [row] = exported(survey.article.slug)
    assert list(row) == SAMPLE_COLUMNS


def test_the_columns_don_t_depend_on_what_readers_answered(
    survey: Survey, exported: Exported, tmp_path: Path
) -> None:
    asked = [column.key for column in columns(read_questionnaire(survey.pk))]
    call_command("export", "pont", output=str(tmp_path / "none.csv"))
    header = (tmp_path / "none.csv").read_text(encoding="utf-8-sig").strip().split(",")
    make_response(survey, answers={"s2-relevant": "5"})
    assert header == asked == list(exported()[0])


def test_a_response_is_known_by_its_public_identifier_and_its_circumstances(
    survey: Survey, exported: Exported
) -> None:
    response = make_response(survey)
    [row] = exported()
    assert row["response_id"] == str(response.public_id)
    assert (row["edition"], row["channel"], row["language"]) == ("1", "page", "fr")
    assert row["consent_version"] == str(response.consent_version)


def test_times_are_in_utc_and_a_response_never_changed_has_one(
    survey: Survey, exported: Exported
) -> None:
    first, second = make_response(survey), make_response(survey)
    change(response=second, submission=Submission({"credible": "1", "relevant": "1"}))
    unchanged, changed = exported()
    stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    assert (unchanged["response_id"], unchanged["changed_at"]) == (str(first.public_id), "")
    times = (unchanged["submitted_at"], changed["submitted_at"], changed["changed_at"])
    assert all(stamp.fullmatch(time) for time in times)
    received = Response.objects.get(pk=first.pk).submitted_at
    assert unchanged["submitted_at"] == f"{received:%Y-%m-%dT%H:%M:%S}Z"


def test_no_opinion_has_its_code_and_not_answered_is_empty(
    survey: Survey, exported: Exported
) -> None:
    make_response(survey, answers={"credible": "none", "relevant": "4"})
    [row] = exported()
    assert (row["credible"], row["relevant"], row["s1-credible"]) == ("none", "4", "")


@pytest.mark.django_db
def test_a_multiple_choice_has_a_column_per_option(exported: Exported) -> None:
    survey = make_survey_with(("source", "multiple", "press radio web"), ("age", "single", "a b"))
    make_response(survey, answers={"source": ["press", "web"], "age": "b"})
    make_response(survey, answers={"age": "a"})
    answered, left_out = exported()
    options = ["source.press", "source.radio", "source.web"]
    assert [answered[option] for option in options] == ["1", "0", "1"]
    assert [left_out[option] for option in options] == ["", "", ""]
    assert (answered["age"], left_out["age"]) == ("b", "a")
    assert not {"source", "age.a"} & answered.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", [["a"], ["a-b"], ["b-a"], ["a_b"], ["a-b", "b-a"], ["b", "aa"]])
def test_an_option_whose_key_is_a_part_of_another_s_is_told_apart(
    exported: Exported, chosen: list[str]
) -> None:
    options = ["a", "b", "a-b", "b-a", "a_b", "axb", "aa"]
    survey = make_survey_with(("source", "multiple", " ".join(options)))
    make_response(survey, answers={"source": chosen})
    [row] = exported()
    assert [option for option in options if row[f"source.{option}"] == "1"] == [
        option for option in options if option in chosen
    ]
    assert [row[f"source.{option}"] for option in options].count("0") == 7 - len(chosen)


@pytest.mark.django_db
def test_a_multiple_choice_of_nothing_was_not_answered(exported: Exported) -> None:
    survey = make_survey_with(("source", "multiple", "press radio"))
    make_response(survey, answers={"source": []})
    [row] = exported()
    assert (row["source.press"], row["source.radio"]) == ("", "")


def test_what_was_set_aside_and_what_flagged_it_are_told(
    survey: Survey, exported: Exported
) -> None:
    by_several, by_one, by_none = (make_response(survey) for _ in range(3))
    now = timezone.now()
    for rule in ("straight-line", "burst", "speed", "same-text"):
        values = {"version": 1, "score": 1, "threshold": 1, "first_at": now, "last_at": now}
        group = FlagGroup.objects.create(survey=survey, rule=rule, key="k", **values)
        group.flags.create(response=by_several)
    group.flags.create(response=by_one, excluded=True)
    Response.objects.filter(pk=by_one.pk).update(excluded=True)
    assert by_none
    assert [(row["set_aside"], row["flags"]) for row in exported()] == [
        ("0", "burst same-text speed straight-line"),
        ("1", "same-text"),
        ("0", ""),
    ]


@pytest.mark.django_db
def test_a_question_s_key_never_hides_a_column_of_ours(exported: Exported) -> None:
    survey = make_survey_with(("channel", "single", "x y"), ("edition", "multiple", "x y"))
    make_response(survey, answers={"channel": "x", "edition": ["y"]})
    names = [column.key for column in columns(read_questionnaire(survey.pk))]
    assert len(names) == len(set(names))
    [row] = exported()
    assert (row["channel"], row["channel.answer"]) == ("page", "x")
    assert (row["edition"], row["edition.x"], row["edition.y"]) == ("1", "0", "1")


def test_a_withdrawn_response_is_not_exported(survey: Survey, exported: Exported) -> None:
    kept, gone = make_response(survey), make_response(survey, "Mon texte retiré")
    withdraw(response=gone)
    assert [row["response_id"] for row in exported()] == [str(kept.public_id)]


def test_another_survey_s_responses_are_not_exported(survey: Survey, exported: Exported) -> None:
    make_response(make_survey(make_article("port")))
    assert exported() == []


def test_each_text_has_its_state(survey: Survey, exported: Exported) -> None:
    moderator = make_staff("moderator")
    published, rejected, _pending = (make_opinion(survey, word) for word in ("Oui", "Non", "Hum"))
    make_opinion(survey, "Entre nous", may_publish=False)
    make_response(survey)
    Opinion.objects.filter(pk=make_opinion(survey, "Gardé").pk).update(status="held")
    decide(versions={published.pk: 1}, action="publish", moderator=moderator)
    rule = survey.rules.first()
    decide(versions={rejected.pk: 1}, action="reject", moderator=moderator, rule=rule)
    assert [(row["opinion_state"], row["opinion"]) for row in exported()] == [
        ("published", "Oui"),
        ("rejected", "Non"),
        ("pending", "Hum"),
        ("private", "Entre nous"),
        ("", ""),
        ("held", "Gardé"),
    ]


def test_a_text_taken_back_by_its_author_leaves_nothing(survey: Survey, exported: Exported) -> None:
    response = make_response(survey, "À effacer")
    change(response=response, submission=Submission({"credible": "1", "relevant": "1"}))
    assert Opinion.objects.get(response=response).status == "withdrawn"
    [row] = exported()
    assert [row["opinion_state"], row["opinion_ratings_shown"], row["opinion"]] == ["", "", ""]


def test_whether_ratings_may_stand_beside_the_text_is_one_or_nought(
    survey: Survey, exported: Exported
) -> None:
    make_response(survey, "Oui", show_ratings=True)
    make_response(survey, "Non")
    make_response(survey)
    assert [row["opinion_ratings_shown"] for row in exported()] == ["1", "0", ""]


def test_the_codebook_has_every_column_and_every_code(tmp_path: Path, db: None) -> None:
    survey = make_survey_with(("source", "multiple", "press radio"), ("age", "single", "a b"))
    call_command("export", "pont", output=str(tmp_path / "export.csv"))
    book = records((tmp_path / "export-codebook.csv").read_bytes())
    asked = columns(read_questionnaire(survey.pk))
    assert list(dict.fromkeys(row["column"] for row in book)) == [column.key for column in asked]
    codes = {(row["column"], row["code"]) for row in book}
    for question in survey.questions.exclude(kind__in=["multiple", "text"]):
        assert all((question.key, choice.key) in codes for choice in question.choices.all())
    flags = ("source.press", "source.radio")
    assert {(flag, code) for flag in flags for code in ("1", "0", "")} <= codes
    states = {code for column, code in codes if column == "opinion_state"}
    assert states == {"private", "pending", "published", "held", "rejected"}
    assert {("channel", value) for value in Response.Channel.values} <= codes
    assert all(row["description"] and row["kind"] for row in book)


def test_the_codebook_quotes_wordings_labels_values_and_statements(survey: Survey) -> None:
    names = [column.key for column in codebook.COLUMNS]
    book = [dict(zip(names, row, strict=True)) for row in codebook.rows(survey)]
    point = next(row for row in book if (row["column"], row["code"]) == ("s1-credible", "5"))
    choice = survey.questions.get(key="s1-credible").choices.get(key="5")
    assert (point["label"], point["value"], point["kind"]) == (choice.label, 5, "scale")
    assert point["description"] == choice.question.wording
    assert (point["statement"], point["statement_text"]) == (1, "Le pont sera gratuit")
    apart = next(row for row in book if (row["column"], row["code"]) == ("credible", "none"))
    assert (apart["value"], apart["statement"], apart["statement_text"]) == (None, None, None)


def test_the_codebook_speaks_the_language_of_its_article(db: None) -> None:
    english = make_survey(make_article("bridge", "en"))
    described = {row[0]: row[1] for row in codebook.rows(english)}
    assert described["response_id"] == "Public identifier of the response, random"
