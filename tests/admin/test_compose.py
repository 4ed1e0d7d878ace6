from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from polls.models import Article, AuditEvent, Question, Statement, Survey
from tests.factories import BODY, make_article, make_draft, make_response, make_survey
from tests.reader import Reader


def survey_form(client: Client, survey: Survey) -> dict[str, Any]:
    """The fields of the survey's page as a browser would send them back."""
    context = client.get(f"/admin/polls/survey/{survey.pk}/change/").context
    fields: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if hasattr(field.field.widget, "widgets"):
                for n, part in enumerate(field.field.widget.decompress(value)):
                    fields[f"{field.html_name}_{n}"] = part or ""
            elif value is not None and value is not False:
                fields[field.html_name] = value if not hasattr(value, "pk") else value.pk
    return fields


def test_a_survey_is_composed_previewed_and_published_without_code(editor: Client) -> None:
    added = editor.post(
        "/admin/polls/article/add/",
        {
            "title": "Le pont", "slug": "pont", "language": "fr", "published_on": "2025-01-23",
            "body": BODY, "statements-TOTAL_FORMS": 1, "statements-INITIAL_FORMS": 0,
            "statements-0-number": 1, "statements-0-kind": "claim", "statements-0-form": "verbatim",
            "statements-0-text": "Le pont sera gratuit", "statements-0-speaker": "La maire",
            "statements-0-source_name": "Conseil",
        },
    )  # fmt: skip
    assert added.status_code == 302, added.context["errors"]
    article = Article.objects.get()
    added = editor.post(
        "/admin/polls/survey/add/",
        {
            "article": article.pk, "edition": 1, "question": "Qu’en pensez-vous ?",
            "standard_items": "on", "results": "always", "results_from": 1,
            "moderation": "before", "retention_days": 365,
        },
    )  # fmt: skip
    assert added.status_code == 302, added.context["errors"]
    survey = Survey.objects.get()
    assert survey.questions.count() == 5
    assert survey.rules.count() == 6
    preview = editor.get(f"/admin/polls/survey/{survey.pk}/preview/").content.decode()
    assert "Qu’en pensez-vous ?" in preview
    assert 'name="item-s1-credible"' in preview
    assert Reader().get("/articles/pont/").status_code == 404
    editor.post(
        f"/admin/polls/survey/{survey.pk}/change/",
        survey_form(editor, survey) | {"_publish": "yes"},
    )
    assert Reader().get("/articles/pont/").status_code == 200
    assert AuditEvent.objects.get().action == "publish"


def test_publishing_keeps_what_was_typed_on_the_page(editor: Client) -> None:
    survey = make_draft()
    fields = survey_form(editor, survey) | {"question": "Et vous ?", "_publish": "yes"}
    editor.post(f"/admin/polls/survey/{survey.pk}/change/", fields)
    survey.refresh_from_db()
    assert (survey.question, survey.status) == ("Et vous ?", "published")


def test_what_is_missing_stands_on_the_page_and_blocks_publication(editor: Client) -> None:
    survey = make_draft()
    Statement.objects.filter(number=1).update(text="Disparue du texte")
    page = editor.get(f"/admin/polls/survey/{survey.pk}/change/").content.decode()
    assert "Disparue du texte" in page
    assert 'name="_publish" value="yes" disabled' in page
    editor.post(
        f"/admin/polls/survey/{survey.pk}/change/",
        survey_form(editor, survey) | {"_publish": "yes"},
    )
    survey.refresh_from_db()
    assert survey.status == "draft"


def test_a_published_questionnaire_is_frozen_in_the_admin(editor: Client) -> None:
    survey = make_survey()
    question = survey.questions.get(key="credible")
    path = f"/admin/polls/question/{question.pk}/change/"
    assert editor.post(path, {"wording": "Autre", "key": "autre"}).status_code == 403
    assert editor.get(f"/admin/polls/question/{question.pk}/delete/").status_code == 403
    assert editor.get(f"/admin/polls/survey/{survey.pk}/delete/").status_code == 403
    fields = survey_form(editor, survey) | {
        "question": "Autre ?", "questions-TOTAL_FORMS": 1, "questions-INITIAL_FORMS": 1,
        "questions-0-id": question.pk, "questions-0-survey": survey.pk,
        "questions-0-wording": "Autre", "questions-0-key": "autre", "questions-0-DELETE": "on",
    }  # fmt: skip
    editor.post(f"/admin/polls/survey/{survey.pk}/change/", fields)
    survey.refresh_from_db()
    assert survey.question == "Qu’en pensez-vous ?"
    assert Question.objects.filter(pk=question.pk, wording=question.wording).exists()


def test_a_published_article_may_be_corrected_but_keeps_its_statements(editor: Client) -> None:
    article = make_survey().article

    def save(body: str) -> None:
        fields = {
            "title": "Le pont", "body": body, "published_on": "2025-01-23",
            "statements-TOTAL_FORMS": 0, "statements-INITIAL_FORMS": 0,
        }  # fmt: skip
        editor.post(f"/admin/polls/article/{article.pk}/change/", fields)
        article.refresh_from_db()

    save(BODY.replace("mardi", "mercredi"))
    assert "mercredi" in article.body
    save(BODY.replace("gratuit", "payant"))
    assert "payant" not in article.body
    assert article.statements.count() == 2


def test_closing_by_hand_is_one_press(editor: Client) -> None:
    survey = make_survey()
    fields = survey_form(editor, survey) | {"_close": "yes"}
    editor.post(f"/admin/polls/survey/{survey.pk}/change/", fields)
    assert Reader().answer().status_code == 403


def test_a_moderator_can_publish_nothing(moderator: Client) -> None:
    survey = make_draft()
    moderator.post(f"/admin/polls/survey/{survey.pk}/change/", {"_publish": "yes"})
    survey.refresh_from_db()
    assert survey.status == "draft"


PLAIN = 'Le 4 mars 2025, le maire a dit "". Le pont est-il utile ?'


@pytest.mark.parametrize(
    "fields",
    [
        {"text": PLAIN, "title": "Un pont"},
        {"file": SimpleUploadedFile("a.txt", PLAIN.encode()), "title": "Un pont"},
    ],
)
def test_the_import_of_the_admin_reports_as_the_command_does(
    editor: Client, fields: dict[str, Any]
) -> None:
    page = editor.post("/admin/polls/article/import/", fields).content.decode()
    article = Article.objects.get()
    assert article.title == "Un pont"
    assert "lost_quotation" in page
    assert f"/admin/polls/article/{article.pk}/change/" in page
    assert AuditEvent.objects.get().actor is not None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": PLAIN, "file": SimpleUploadedFile("a.txt", b"x")},
        {"file": SimpleUploadedFile("a.txt", b"\xff\xfe\xff")},
        {"file": SimpleUploadedFile("a.txt", b"x" * 1_000_001)},
        {"text": "---\ntitel: x\n---\nTexte."},
        {"text": PLAIN, "slug": "pont"},
    ],
)
def test_an_import_that_cannot_be_is_refused_with_what_was_typed(
    editor: Client, fields: dict[str, Any]
) -> None:
    make_article()
    response = editor.post("/admin/polls/article/import/", fields)
    assert response.context["form"].errors
    assert Article.objects.count() == 1
    if "text" in fields:
        assert response.context["form"]["text"].value() == fields["text"]


def test_facts_stay_open_to_corrections_after_publication(editor: Client) -> None:
    survey = make_survey()
    make_response(survey)
    statement = survey.article.statements.get(number=1)
    fact = statement.facts.get()
    response = editor.post(
        f"/admin/polls/statement/{statement.pk}/change/",
        {
            "facts-TOTAL_FORMS": 1, "facts-INITIAL_FORMS": 1, "facts-0-id": fact.pk,
            "facts-0-statement": statement.pk, "facts-0-position": 0,
            "facts-0-text": "Le budget prévoit deux péages.", "facts-0-source_name": "Budget",
        },
    )  # fmt: skip
    assert response.status_code == 302
    assert "deux péages" in Reader().get("/articles/pont/results/").content.decode()
