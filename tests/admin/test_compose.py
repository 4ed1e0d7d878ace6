from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from polls.models import Article, AuditEvent, Question, Statement, Survey
from tests.admin.test_milestones import form as article_form
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
            names = [field.html_name]
            if field.field.show_hidden_initial:
                names.append(field.html_initial_name)
            if hasattr(field.field.widget, "widgets"):
                for n, part in enumerate(field.field.widget.decompress(value)):
                    fields |= {f"{name}_{n}": part or "" for name in names}
            elif len(names) > 1:
                fields |= dict.fromkeys(names, "" if value is None else value)
            elif value is not None and value is not False:
                fields[field.html_name] = value if not hasattr(value, "pk") else value.pk
    return fields


def press(client: Client, survey: Survey, act: str, **fields: Any) -> Any:
    """A button that asks back: the page is saved, then the answer on the next page is yes."""
    saved = client.post(
        f"/admin/polls/survey/{survey.pk}/change/",
        survey_form(client, survey) | fields | {f"_{act}": "yes"},
    )
    assert saved["Location"] == f"/admin/polls/survey/{survey.pk}/{act}/"
    return client.post(saved["Location"])


def test_a_survey_on_an_article_is_begun_on_its_page_previewed_and_published(
    editor: Client,
) -> None:
    article = make_article()
    path = f"/admin/polls/article/{article.pk}/change/"
    begun = editor.post(path, article_form(editor, article) | {"_compose": "yes"})
    survey = Survey.objects.get()
    assert begun["Location"] == f"/admin/polls/survey/{survey.pk}/compose/"
    assert survey.questions.count() == 6
    assert survey.rules.count() == 6
    editor.post(
        f"/admin/polls/survey/{survey.pk}/change/",
        survey_form(editor, survey) | {"question": "Qu’en pensez-vous ?"},
    )
    preview = editor.get(f"/admin/polls/survey/{survey.pk}/preview/").content.decode()
    assert "Qu’en pensez-vous ?" in preview
    assert 'name="item-s1-credible"' in preview
    assert Reader().get("/articles/pont/").status_code == 404
    press(editor, survey, "publish")
    assert Reader().get("/articles/pont/").status_code == 200
    assert AuditEvent.objects.get().action == "publish"


def test_publishing_keeps_what_was_typed_on_the_page(editor: Client) -> None:
    survey = make_draft()
    press(editor, survey, "publish", question="Et vous ?")
    survey.refresh_from_db()
    assert (survey.question, survey.status) == ("Et vous ?", "published")


def test_what_is_missing_stands_on_the_page_and_blocks_publication(editor: Client) -> None:
    survey = make_draft()
    Statement.objects.filter(number=1).update(text="Disparue du texte")
    page = editor.get(f"/admin/polls/survey/{survey.pk}/change/").content.decode()
    assert "Disparue du texte" in page
    assert 'name="_publish" value="yes" disabled' in page
    press(editor, survey, "publish")
    survey.refresh_from_db()
    assert survey.status == "draft"


def test_a_published_questionnaire_is_frozen_in_the_admin(editor: Client) -> None:
    survey = make_survey()
    question = survey.questions.get(key="credible")
    path = f"/admin/polls/question/{question.pk}/change/"
    assert editor.post(path, {"wording": "Autre", "key": "autre"}).status_code == 403
    assert editor.get(f"/admin/polls/question/{question.pk}/delete/").status_code == 403
    assert editor.get(f"/admin/polls/survey/{survey.pk}/delete/").status_code == 403
    fields = survey_form(editor, survey) | {"question": "Autre ?"}
    editor.post(f"/admin/polls/survey/{survey.pk}/change/", fields)
    survey.refresh_from_db()
    assert survey.question == "Qu’en pensez-vous ?"
    assert Question.objects.filter(pk=question.pk, wording=question.wording).exists()


def test_a_published_article_may_be_corrected_but_keeps_its_statements(editor: Client) -> None:
    article = make_survey().article

    def save(body: str) -> None:
        fields = {
            "title": "Le pont", "body": body, "published_on": "2025-01-23",
            "standfirst": article.standfirst, "correction": "Le budget a été présenté mercredi.",
            "milestones-TOTAL_FORMS": 0, "milestones-INITIAL_FORMS": 0,
        }  # fmt: skip
        editor.post(f"/admin/polls/article/{article.pk}/change/", fields)
        article.refresh_from_db()

    save(BODY.replace("mardi", "mercredi"))
    assert "mercredi" in article.body
    save(BODY.replace("gratuit", "payant"))
    assert "payant" not in article.body
    assert article.statements.count() == 2


def test_closing_by_hand_is_asked_back_once(editor: Client) -> None:
    survey = make_survey()
    press(editor, survey, "close")
    assert Reader().answer().status_code == 403


def test_a_page_that_stood_open_does_not_reopen_what_another_closed(editor: Client) -> None:
    survey = make_survey()
    stood_open = survey_form(editor, survey)
    press(editor, survey, "close")
    editor.post(f"/admin/polls/survey/{survey.pk}/change/", stood_open | {"results_from": 5})
    survey.refresh_from_db()
    assert survey.results_from == 5
    assert survey.closes_at is not None
    assert Reader().answer().status_code == 403


def test_a_change_while_readers_answer_is_on_the_record(editor: Client) -> None:
    survey = make_survey()
    fields = survey_form(editor, survey) | {"results": "staff", "results_from": 5}
    editor.post(f"/admin/polls/survey/{survey.pk}/change/", fields)
    event = AuditEvent.objects.get(action="change")
    assert event.detail == "results: always → staff; results_from: 1 → 5"
    assert event.actor is not None
    editor.post(f"/admin/polls/survey/{survey.pk}/change/", survey_form(editor, survey))
    assert AuditEvent.objects.filter(action="change").count() == 1


def test_closing_a_survey_to_come_closes_nothing_and_says_so(editor: Client) -> None:
    survey = make_survey(opens_at=timezone.now() + timedelta(hours=1))
    press(editor, survey, "close")
    survey.refresh_from_db()
    assert survey.closes_at is None
    assert not AuditEvent.objects.filter(action="close").exists()


def test_a_draft_may_be_deleted_and_leaves_its_events(editor: Client) -> None:
    editor.post("/admin/polls/article/import/", {"text": PLAIN, "title": "Un pont", "slug": "un"})
    survey = Survey.objects.get()
    path = f"/admin/polls/survey/{survey.pk}/delete/"
    assert editor.get(path).context["perms_lacking"] == set()
    assert editor.post(path, {"post": "yes"}).status_code == 302
    assert not Survey.objects.exists()
    event = AuditEvent.objects.get()
    assert event.survey is None
    assert event.survey_name == "Un pont (1)"


@pytest.mark.parametrize("pk", ["²", "x", "9" * 30])
def test_a_survey_that_is_not_there_leads_back(editor: Client, pk: str) -> None:
    assert editor.get(f"/admin/polls/survey/{pk}/change/").status_code == 302


def test_the_newsroom_sees_results_that_readers_do_not(editor: Client) -> None:
    survey = make_survey(results="staff", results_from=10)
    make_response(survey)
    page = editor.get(f"/admin/polls/survey/{survey.pk}/results/")
    assert page.status_code == 200
    assert page["Cache-Control"].startswith("private, no-store")
    assert "<svg" in page.content.decode()
    assert Reader().get("/articles/pont/results/").status_code == 404


def test_the_choices_of_a_question_have_a_page_that_leads_back_to_the_composer(
    editor: Client,
) -> None:
    survey = make_draft(make_article())
    question = survey.questions.get(key="credible")
    fields = {"key": "credible", "kind": "single", "wording": "Votre âge ?"}
    rows = {"choices-TOTAL_FORMS": 0, "choices-INITIAL_FORMS": 0}
    back = editor.post(f"/admin/polls/question/{question.pk}/change/", fields | rows)
    assert back["Location"] == f"/admin/polls/survey/{survey.pk}/compose/"
    assert survey.questions.get(key="credible").wording == "Votre âge ?"


def test_to_add_a_consultation_is_to_compose_it(editor: Client) -> None:
    article = make_article()
    for path in ("/admin/polls/survey/add/", f"/admin/polls/survey/add/?article={article.pk}"):
        assert editor.get(path)["Location"] == "/admin/polls/survey/compose/"
        assert editor.post(path, {"question": "Et ?"})["Location"].endswith("/compose/")
    assert not Survey.objects.exists()


def test_who_begins_a_consultation_twice_composes_the_same(editor: Client) -> None:
    article = make_article()
    path, pressed = f"/admin/polls/article/{article.pk}/change/", {"_compose": "yes"}
    fields = article_form(editor, article) | pressed
    assert editor.post(path, fields)["Location"] == editor.post(path, fields)["Location"]
    assert Survey.objects.count() == 1


def test_a_survey_offers_the_rules_of_the_house_in_its_articles_language(editor: Client) -> None:
    survey = make_draft()
    form = editor.get(f"/admin/polls/survey/{survey.pk}/change/").context["adminform"].form
    offered = set(form.fields["rules"].queryset.values_list("kind", "language"))
    assert offered == {("rule", "fr")}


def test_a_moderator_can_publish_nothing(moderator: Client) -> None:
    survey = make_draft()
    moderator.post(f"/admin/polls/survey/{survey.pk}/change/", {"_publish": "yes"})
    moderator.post(f"/admin/polls/survey/{survey.pk}/publish/")
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
    assert "péage." in Reader().get("/articles/pont/results/").content.decode()
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


def test_a_title_that_claims_more_needs_an_answer_before_and_after_publication(
    editor: Client,
) -> None:
    survey = make_draft()
    Article.objects.update(title="Le verdict des Français")
    page = editor.get(f"/admin/polls/survey/{survey.pk}/change/").content.decode()
    assert "verdict" in page
    press(editor, survey, "publish")
    survey.refresh_from_db()
    assert survey.status == "draft"
    press(editor, survey, "publish", claims_answer="Nom de la rubrique.")
    event = AuditEvent.objects.get(action="publish")
    assert event.detail == "verdict, des Français: Nom de la rubrique."


def test_a_published_title_is_not_made_to_claim_more_in_silence(editor: Client) -> None:
    survey = make_survey()

    def save(title: str) -> None:
        fields = {
            "title": title, "body": BODY, "published_on": "2025-01-23", "only_a_slip": "on",
            "milestones-TOTAL_FORMS": 0, "milestones-INITIAL_FORMS": 0,
        }  # fmt: skip
        editor.post(f"/admin/polls/article/{survey.article_id}/change/", fields)

    save("Notre sondage")
    assert Article.objects.get().title == "Le pont"
    save("Le pont, encore")
    assert Article.objects.get().title == "Le pont, encore"
    assert "title" in AuditEvent.objects.filter(action="change").get().detail
    Survey.objects.update(claims_answer="Nom de la rubrique.")
    save("Notre sondage")
    assert Article.objects.get().title == "Notre sondage"


def test_a_key_or_a_free_text_that_is_there_already_is_refused_in_words(editor: Client) -> None:
    survey = make_draft()
    question = survey.questions.get(key="credible")
    path = f"/admin/polls/question/{question.pk}/change/"
    sent = {
        "key": survey.questions.get(kind="text").key, "kind": "text", "wording": "Et ?",
        "choices-TOTAL_FORMS": 0, "choices-INITIAL_FORMS": 0,
    }  # fmt: skip
    refused = editor.post(path, sent)
    assert refused.context["adminform"].form.errors.keys() == {"key", "kind"}
