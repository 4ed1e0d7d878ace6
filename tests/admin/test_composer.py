"""The composer: a whole consultation on one page, saved at once, previewed without being stored."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from polls.composing.editions import new_edition
from polls.composing.profile import add_profile_items
from polls.composing.ready import ready_made
from polls.composing.scales import add_standard_items
from polls.models import Article, Choice, Question, Statement, Survey
from tests.admin.conftest import signed_in
from tests.factories import BODY, make_article, make_draft, make_question, make_survey
from tests.reader import Reader

NEW = "/admin/polls/survey/compose/"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def path(survey: Survey, more: str = "") -> str:
    return f"/admin/polls/survey/{survey.pk}/compose/{more}"


def typed(client: Client, address: str) -> dict[str, Any]:
    """The fields of the page as a browser would send them back."""
    context = client.get(address).context
    composer = context["composer"]
    fields: dict[str, Any] = {"made_with": context["made_with"]}
    forms = [composer.survey_part]
    if composer.article:
        forms.append(composer.article)
    for rows in filter(None, (composer.statements, composer.questions)):
        forms += [rows.management_form, *rows.forms]
        for row in rows.forms:
            fields[f"{row.prefix}-pk"] = row.instance.pk or ""
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                shown = "on" if value is True else field.field.widget.format_value(value)
                fields[field.html_name] = shown[0] if isinstance(shown, list) else shown or ""
    return fields


def row(fields: dict[str, Any], rows: str, /, **values: Any) -> dict[str, Any]:
    """The same page with one row more."""
    n = int(fields[f"{rows}-TOTAL_FORMS"])
    return (
        fields
        | {f"{rows}-TOTAL_FORMS": n + 1, f"{rows}-{n}-pk": ""}
        | {f"{rows}-{n}-{name}": value for name, value in values.items()}
    )


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that an editor's work could reach."""
    models: list[type[Model]] = [*apps.get_app_config("polls").get_models(), LogEntry]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in models
    }


def test_a_consultation_is_composed_on_one_page_and_published(editor: Client) -> None:
    fields = typed(editor, NEW) | {
        "article-title": "Le pont", "article-language": "fr", "article-body": BODY,
        "article-published_on": "2025-01-23", "survey-question": "Qu’en pensez-vous ?",
        "survey-results": "always", "survey-results_from": "1",
    }  # fmt: skip
    fields = row(
        fields, "statements", text="Le pont sera gratuit", form="verbatim", kind="claim",
        speaker="La maire", source_name="Conseil",
    )  # fmt: skip
    about = int(fields["statements-TOTAL_FORMS"]) - 1
    fields = row(
        fields, "questions", wording="Y croyez-vous ?", kind="scale", about=about,
        aspect="credibility", choices="Non\r\nUn peu\r\nOui", apart="Sans opinion",
    )  # fmt: skip
    saved = editor.post(NEW, fields)
    assert saved.status_code == 302, saved.context["mistakes"]
    survey = Survey.objects.get()
    assert saved["Location"] == path(survey)
    assert survey.article.slug == "le-pont"
    assert survey.rules.count() == 6
    question = survey.questions.get()
    assert (question.key, question.statement) == ("s1-credible", Statement.objects.get())
    choices = question.choices.values_list("key", "label", "value")
    assert list(choices) == [
        ("1", "Non", 1), ("2", "Un peu", 2), ("3", "Oui", 3), ("none", "Sans opinion", None),
    ]  # fmt: skip
    answer = editor.post(path(survey), typed(editor, path(survey)) | {"_publish": "yes"})
    assert answer["Location"] == f"/admin/polls/survey/{survey.pk}/publish/"


def test_a_page_that_is_saved_as_it_was_changes_nothing(editor: Client) -> None:
    survey = make_draft()
    add_profile_items(survey)
    make_question(survey, "odd", "single", "un deux")
    Choice.objects.filter(question__key="odd", key="deux").update(value=7)
    before = everything()
    answer = editor.post(path(survey), typed(editor, path(survey)))
    assert answer.status_code == 302, answer.context["mistakes"]
    after = everything()
    for question in (*before["Question"], *after["Question"]):
        del question["position"]  # 10, 20, 30
    assert after == before


def test_an_unfinished_draft_is_kept_and_the_list_says_what_is_missing(editor: Client) -> None:
    fields = typed(editor, NEW) | {"article-title": "Le pont"}
    fields = row(fields, "statements", text="Personne ne sait", form="verbatim", kind="claim")
    assert editor.post(NEW, fields).status_code == 302
    page = editor.get(path(Survey.objects.get()))
    found = {entry.href for entry in page.context["missing"]}
    assert {
        "#id_article-body", "#id_article-published_on", "#id_survey-question", "#questions",
        "#id_statements-0-speaker", "#id_statements-0-source_name", "#id_statements-0-exact",
    } == found  # fmt: skip
    html = page.content.decode()
    assert all(f'id="{href[1:]}"' in html for href in found)
    assert "data-publish disabled" in html


def test_mistakes_keep_everything_that_was_typed(editor: Client) -> None:
    survey = make_draft()
    before = everything()
    fields = typed(editor, path(survey)) | {
        "article-title": "", "article-body": "Un autre texte.",
        "survey-opens_at": "2030-01-02T10:00", "survey-closes_at": "2030-01-01T10:00",
        "questions-0-choices": "Oui\nOui", "statements-1-ORDER": "1", "statements-0-ORDER": "2",
    }  # fmt: skip
    fields = row(fields, "statements", text="Une phrase de plus", form="", kind="claim")
    answer = editor.post(path(survey), fields)
    hrefs = [entry.href for entry in answer.context["mistakes"]]
    assert hrefs == [
        "#id_article-title", "#id_statements-3-form", "#id_questions-0-choices",
        "#id_survey-closes_at",
    ]  # fmt: skip
    html = answer.content.decode()
    assert "Un autre texte." in html
    assert "Une phrase de plus" in html
    assert html.index('id="statements-1"') < html.index('id="statements-0"')
    assert everything() == before


def test_what_somebody_else_saved_is_not_overwritten_in_silence(editor: Client) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"article-title": "Mon titre"}
    Article.objects.update(body="Le pont sera gratuit. Ils l’ont écrit.")
    Question.objects.filter(key="relevant").delete()
    Statement.objects.filter(number=2).update(speaker="Quelqu’un")
    answer = editor.post(path(survey), fields)
    assert answer.status_code == 200
    told = {piece.value for piece in answer.context["changed"]}
    assert "Le pont sera gratuit. Ils l’ont écrit." in told
    assert any("Quelqu’un" in value for value in told)
    assert len(told) == 3
    assert "Mon titre" in answer.content.decode()
    assert Article.objects.get().title == "Le pont"
    again = fields | {"made_with": answer.context["made_with"]}
    assert editor.post(path(survey), again).status_code == 302
    assert Article.objects.get().title == "Mon titre"
    assert survey.questions.filter(key="relevant").exists()  # typed in a row, it is a new one


@pytest.mark.parametrize("carried", ["", "[]", "{", "3"])
def test_a_page_that_says_nothing_of_its_state_overwrites_nothing(
    editor: Client, carried: str
) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"article-title": "Autre", "made_with": carried}
    assert editor.post(path(survey), fields).status_code == 200
    assert Article.objects.get().title == "Le pont"


def test_statements_change_places_and_their_questions_go_with_them(editor: Client) -> None:
    survey = make_draft()
    first, second = survey.article.statements.all()
    fields = typed(editor, path(survey)) | {"statements-0-ORDER": "2", "statements-1-ORDER": "1"}
    assert editor.post(path(survey), fields).status_code == 302
    assert [s.pk for s in survey.article.statements.all()] == [second.pk, first.pk]
    about = survey.questions.filter(statement__isnull=False).values_list("key", "statement")
    assert set(about) == {
        ("s1-relevant", second.pk), ("s2-credible", first.pk), ("s2-relevant", first.pk)
    }  # fmt: skip
    assert first.facts.count() == 1


def test_a_statement_that_is_removed_takes_its_questions_with_it(editor: Client) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"statements-0-DELETE": "on"}
    assert editor.post(path(survey), fields).status_code == 302
    assert survey.article.statements.get().number == 1
    keys = survey.questions.values_list("key", flat=True)
    assert set(keys) == {"credible", "relevant", "s1-relevant", "opinion"}


def test_sixty_statements_are_composed_on_one_page(editor: Client) -> None:
    survey = make_draft()
    for number in range(3, 61):
        Statement.objects.create(
            article=survey.article,
            number=number,
            text=f"Le pont {number}",
            speaker="La maire",
            source_name="Conseil",
            form="reported",
        )
    add_standard_items(survey)
    fields = typed(editor, path(survey))
    assert len(fields) > 2000
    assert editor.post(path(survey), fields).status_code == 302
    assert survey.article.statements.count() == 60


def test_a_statement_that_is_reworded_keeps_its_passage(editor: Client) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"statements-0-text": "Il n’y aura pas de péage."}
    editor.post(path(survey), fields)
    assert Statement.objects.get(number=1).exact == "Le pont sera gratuit"


def test_choices_keep_their_keys_where_their_words_or_places_stay(editor: Client) -> None:
    survey = make_draft(items=False)
    question = make_question(survey, "why", "single", "un deux trois")
    make_question(survey, "how", "scale", "non oui")
    Choice.objects.filter(question__key="how").update(value=None)
    pks = {choice.key: choice.pk for choice in question.choices.all()}
    place = next(
        name.removesuffix("-wording")
        for name, value in typed(editor, path(survey)).items()
        if value == "Question why"
    )
    fields = typed(editor, path(survey)) | {f"{place}-choices": "Trois\nDeux !\nUn\nQuatre"}
    assert editor.post(path(survey), fields).status_code == 302
    found = {choice.key: (choice.pk, choice.label) for choice in question.choices.all()}
    assert found.pop("quatre")[1] == "Quatre"
    assert found == {
        "trois": (pks["trois"], "Trois"), "deux": (pks["deux"], "Deux !"), "un": (pks["un"], "Un"),
    }  # fmt: skip


def test_ready_made_questions_are_what_the_buttons_of_the_survey_make(editor: Client) -> None:
    by_button, by_hand = make_draft(), make_draft(make_article("autre"), items=False)
    add_profile_items(by_button)
    fields = typed(editor, path(by_hand))
    with override("fr"):
        menu = [ready for ready in ready_made() if ready.standard or ready.profile]
    for ready in menu:
        places: dict[str, list[Any]] = {"": [""], "claim": [0], "statement": [0, 1]}
        for place in places[ready.each]:
            fields = row(
                fields, "questions", kind=ready.kind, wording=ready.wording, key=ready.key,
                aspect=ready.aspect, about=place, choices="\n".join(ready.labels),
                apart=ready.apart, **{name: "on" for name in ("required", "profile")
                                      if getattr(ready, name)},
            )  # fmt: skip
    answer = editor.post(path(by_hand), fields)
    assert answer.status_code == 302, answer.context["mistakes"]
    assert asked(by_hand) == asked(by_button)


def asked(survey: Survey) -> dict[str, Any]:
    return {
        question.key: (
            question.kind, question.wording, question.aspect, question.required, question.profile,
            question.statement and question.statement.number,
            list(question.choices.values_list("key", "label", "value")),
        )
        for question in survey.questions.all()
    }  # fmt: skip


def test_the_preview_is_the_readers_page_and_stores_nothing(editor: Client) -> None:
    survey = make_draft()
    before = everything()
    fields = typed(editor, path(survey)) | {
        "article-title": "Le tunnel", "article-body": "Sans rien de tout cela.",
        "statements-1-DELETE": "on",
    }  # fmt: skip
    fields = row(fields, "questions", wording="Et demain ?", kind="single", choices="Oui\nNon")
    answer = editor.post(path(survey, "preview/"), fields).json()
    assert "Le tunnel" in answer["page"]
    assert "Et demain ?" in answer["page"]
    assert answer["passages"] == {"statements-0": "lost"}
    assert [entry["href"] for entry in answer["missing"]] == ["#id_statements-0-exact"]
    assert everything() == before


def test_the_preview_of_what_is_saved_is_the_page_that_readers_get(editor: Client) -> None:
    survey = make_draft()
    draft = editor.post(path(survey, "preview/"), typed(editor, path(survey))).json()["page"]
    page = editor.get(f"/admin/polls/survey/{survey.pk}/preview/").content.decode()

    def words(html: str) -> str:
        return html[html.index("<article>") :]

    assert words(draft) == words(page)
    assert "<script" not in draft


def test_a_new_consultation_is_previewed_before_it_exists(editor: Client) -> None:
    fields = typed(editor, NEW) | {"article-title": "Le pont", "article-body": BODY}
    before = everything()
    assert "Le pont" in editor.post(f"{NEW}preview/", fields).json()["page"]
    assert everything() == before


def test_a_preview_of_mistakes_names_them_at_their_fields(editor: Client) -> None:
    editor.defaults |= ENGLISH
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"questions-1-kind": ""}
    answer = editor.post(path(survey, "preview/"), fields).json()
    (entry,) = answer["mistakes"]
    assert entry["href"] == "#id_questions-1-kind"
    assert entry["message"] == "Question 2, Kind: This field is required."
    assert entry["at_field"] == "This field is required."
    assert "page" not in answer


def test_a_question_without_words_yet_is_missing_something_and_no_mistake(editor: Client) -> None:
    editor.defaults |= ENGLISH
    survey = make_draft()
    fields = typed(editor, path(survey))
    at = int(fields["questions-TOTAL_FORMS"])
    fields = row(fields, "questions", kind="single", wording="", choices="Oui\nNon", ORDER="99")
    answer = editor.post(path(survey, "preview/"), fields).json()
    told = [(entry["message"], entry["href"]) for entry in answer["missing"]]
    assert told == [("Question 7 has no wording.", f"#id_questions-{at}-wording")]
    assert editor.post(path(survey), fields).status_code == 302


@pytest.mark.parametrize(
    ("wording", "missing"),
    [
        ("Êtes-vous d’accord pour dire que … ?", True),
        ("Quelle importance a pour vous … ?", True),
        ("How important is … to you?", True),
        ("Selon vous, ce pont est…", False),
        ("Et si… il était gratuit ?", False),
    ],
)
def test_the_gap_of_a_ready_made_question_is_to_be_filled(
    editor: Client, wording: str, missing: bool
) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"questions-0-wording": wording}
    editor.post(path(survey), fields)
    page = editor.get(path(survey))
    assert ["#id_questions-0-wording"] * missing == [e.href for e in page.context["missing"]]
    assert page.context["blocked"] is missing


def reworded(editor: Client, survey: Survey, was: str, becomes: str) -> None:
    fields = typed(editor, path(survey))
    (name,) = [name for name, value in fields.items() if value == was and "wording" in name]
    assert editor.post(path(survey), fields | {name: becomes}).status_code == 302


def test_a_key_made_from_a_wording_goes_with_it(editor: Client) -> None:
    survey = make_draft()
    make_question(survey, "question-que", "single", "oui non")
    Question.objects.filter(key="question-que").update(wording="Question que … ?")
    reworded(editor, survey, "Question que … ?", "Faut-il un péage ?")
    assert survey.questions.get(wording="Faut-il un péage ?").key == "faut-il-un-peage"


def test_a_key_that_an_editor_chose_stays(editor: Client) -> None:
    survey = make_draft()
    make_question(survey, "price", "single", "oui non")
    reworded(editor, survey, "Question price", "Faut-il un péage ?")
    assert survey.questions.filter(key="price", wording="Faut-il un péage ?").exists()


def test_a_key_that_another_edition_asks_under_stays(editor: Client) -> None:
    first = make_draft()
    make_question(first, "question-price", "single", "oui non")
    Question.objects.filter(key="question-price").update(wording="Question price")
    Survey.objects.update(status="published", published_at=timezone.now())
    second = new_edition(survey=first)
    reworded(editor, second, "Question price", "Encore un péage ?")
    assert second.questions.filter(key="question-price", wording="Encore un péage ?").exists()


def test_statements_that_share_words_are_told_and_may_stay(editor: Client) -> None:
    editor.defaults |= ENGLISH
    survey = make_draft()
    fields = typed(editor, path(survey))
    fields = row(
        fields, "statements", text="pont sera", form="reported", kind="claim", speaker="X",
        source_name="Y",
    )  # fmt: skip
    answer = editor.post(path(survey, "preview/"), fields).json()
    (entry,) = answer["missing"]
    assert "1 and 3 share words" in entry["message"]
    assert not entry["blocking"]


def test_what_is_pasted_is_counted_and_not_cut(editor: Client) -> None:
    survey = make_draft()
    assert "maxlength" not in editor.get(path(survey)).content.decode().split('id="content"')[1]
    fields = typed(editor, path(survey)) | {"article-title": "x" * 201, "article-standfirst": "é"}
    answer = editor.post(path(survey), fields)
    assert "201" in answer.context["mistakes"][0].message
    assert "x" * 201 in answer.content.decode()


def test_a_title_stands_on_one_line(editor: Client) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"article-title": "Le pont\nsera gratuit "}
    editor.post(path(survey), fields)
    assert Article.objects.get().title == "Le pont sera gratuit"


def test_who_changed_it_meanwhile_is_named(editor: Client) -> None:
    editor.defaults |= ENGLISH
    survey = make_draft()
    mine = typed(editor, path(survey)) | {"article-title": "Ici"}
    editor.post(path(survey), mine | {"article-title": "Dans un autre onglet"})
    assert "You have changed" in editor.post(path(survey), mine).content.decode()
    other = signed_in("editor")
    other.post(path(survey), typed(other, path(survey)) | {"article-title": "Ailleurs"})
    name = LogEntry.objects.latest("pk").user.username
    assert f"{name} has changed" in editor.post(path(survey), mine).content.decode()


def test_what_was_typed_comes_back_and_stores_nothing(editor: Client) -> None:
    editor.defaults |= ENGLISH
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"article-title": "Le tunnel", "kept": "k" * 12}
    fields = row(fields, "statements", text="Une phrase de plus", form="reported", kind="claim")
    before = everything()
    answer = editor.post(path(survey), fields | {"_restore": "yes"})
    html = answer.content.decode()
    assert "Le tunnel" in html
    assert "Une phrase de plus" in html
    assert "It isn’t saved yet." in html
    assert 'name="kept" value="kkkkkkkkkkkk"' in html
    assert "saved" not in answer.cookies
    assert everything() == before


def test_a_saved_page_is_acknowledged_to_the_browser(editor: Client) -> None:
    fields = typed(editor, NEW) | {"kept": "k" * 12}
    assert "saved" not in editor.post(NEW, fields).cookies
    answer = editor.post(NEW, fields | {"article-title": "Le pont", "_preview": "yes"})
    assert answer.cookies["saved"].value == "k" * 12
    assert answer.cookies["saved"]["path"] == "/admin/"
    again = fields | {"article-title": "Le tunnel", "kept": "j" * 12}
    assert editor.post(NEW, again).cookies["saved"].value == f"{'k' * 12}.{'j' * 12}"


def test_the_preview_leads_back_to_composing(editor: Client) -> None:
    survey = make_draft()
    preview = f"/admin/polls/survey/{survey.pk}/preview/"
    assert f'href="{path(survey)}"' in editor.get(preview).content.decode()
    Survey.objects.update(status="published", published_at=timezone.now())
    back = f'href="/admin/polls/survey/{survey.pk}/change/"'
    assert back in editor.get(preview).content.decode()


def test_nobody_is_said_to_have_answered_what_is_still_to_open(editor: Client) -> None:
    editor.defaults |= ENGLISH
    survey = make_draft()
    now = timezone.now()
    Survey.objects.update(status="published", published_at=now)
    assert "as readers have answered" in editor.get(path(survey)).content.decode()
    Survey.objects.update(opens_at=now + timedelta(days=1))
    assert "as readers have answered" not in editor.get(path(survey)).content.decode()


def test_what_is_filled_in_is_not_folded_away(editor: Client) -> None:
    editor.defaults |= ENGLISH
    survey = make_draft()
    kicker = '<details class="rare" open><summary>Kicker, standfirst'
    assert kicker in editor.get(path(survey)).content.decode()
    Article.objects.update(standfirst="")
    assert kicker not in editor.get(path(survey)).content.decode()


def test_a_statement_that_is_asked_about_has_its_number_and_is_cut_between_words(
    editor: Client,
) -> None:
    article = make_article()
    Statement.objects.filter(number=2).update(text="mot " * 30, exact="Personne ne dit qui paiera")
    survey = make_draft(article)
    Survey.objects.filter(pk=make_draft(article, edition=2).pk).update(
        status="published", published_at=timezone.now()
    )
    for _editable in (True, False):
        html = editor.get(path(survey)).content.decode()
        assert "2. mot mot mot mot mot mot mot mot mot mot mot mot mot mot…" in html
        Survey.objects.filter(edition=2).delete()


def test_selected_words_become_a_passage(editor: Client) -> None:
    before, selected, after = BODY.partition("personne\nne dit")
    sent = {"before": before, "selected": selected, "after": after}
    crlf = {name: words.replace("\n", "\r\n") for name, words in sent.items()}
    answer = editor.post(f"{NEW}passage/", crlf).json()
    assert answer["passage"] == {
        "exact": "personne ne dit", "prefix": "", "suffix": "", "verbatim": False
    }  # fmt: skip
    assert editor.post(f"{NEW}passage/", {"selected": " "}).json() == {"passage": None}


@pytest.mark.parametrize("status", ["published", "unpublished"])
def test_what_was_published_is_only_looked_at(editor: Client, status: str) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"article-title": "Trop tard", "survey-question": "?"}
    now = timezone.now()
    Survey.objects.update(status=status, published_at=now, unpublished_at=now)
    before = everything()
    answer = editor.post(path(survey), fields)
    assert "Trop tard" in answer.content.decode()
    assert "mistakes" in editor.post(path(survey, "preview/"), fields).json()
    assert everything() == before
    page = editor.get(path(survey)).content.decode()
    assert f"/admin/polls/article/{survey.article_id}/change/" in page
    assert "<form id=" not in page.split('id="content"')[1]


def test_another_edition_asks_anew_about_statements_that_stay(editor: Client) -> None:
    article = make_survey().article
    second = make_draft(article, edition=2)
    fields = typed(editor, path(second))
    assert "article-title" not in fields
    forged = fields | {"article-title": "Autre", "statements-TOTAL_FORMS": 0}
    forged |= {"survey-question": "Et un an après ?", "questions-2-wording": "Encore ?"}
    assert editor.post(path(second), forged).status_code == 302
    second.refresh_from_db()
    assert second.question == "Et un an après ?"
    assert second.questions.get(key="s1-credible").wording == "Encore ?"
    assert Article.objects.get().title == "Le pont"
    assert article.statements.count() == 2


def test_two_rows_that_exclude_each_other_are_named(editor: Client) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey))
    fields = row(fields, "questions", wording="Et encore ?", kind="text", choices="")
    fields = row(
        fields, "questions", wording="Vraiment ?", kind="scale", about="0", aspect="relevance",
        key="credible", choices="Non\nOui",
    )  # fmt: skip
    answer = editor.post(path(survey), fields)
    hrefs = {entry.href for entry in answer.context["mistakes"]}
    assert hrefs == {"#id_questions-7-kind", "#id_questions-8-key", "#id_questions-8-aspect"}


def test_an_article_in_another_language_gets_its_rules(editor: Client) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"article-language": "en"}
    editor.post(path(survey), fields)
    assert set(survey.rules.values_list("language", flat=True)) == {"en"}


def test_what_was_saved_stands_in_the_history_of_both(editor: Client) -> None:
    survey = make_draft()
    fields = typed(editor, path(survey)) | {"article-title": "Le tunnel", "survey-question": "Et ?"}
    editor.post(path(survey), fields)
    told = {str(entry.object_repr): entry.get_change_message() for entry in LogEntry.objects.all()}
    assert set(told) == {"Le tunnel", "Le tunnel (1)"}
    assert editor.post(path(survey), typed(editor, path(survey))).status_code == 302
    assert LogEntry.objects.count() == 2


def test_nothing_of_a_draft_is_in_front_of_readers(editor: Client) -> None:
    survey = make_draft()
    editor.post(path(survey, "preview/"), typed(editor, path(survey)))
    assert Reader().get(f"/articles/{survey.article.slug}/").status_code == 404


def test_queries_do_not_grow_with_rows(editor: Client) -> None:
    survey = make_draft()

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as shown:
            fields = typed(editor, path(survey))
        with CaptureQueriesContext(connection) as previewed:
            assert "page" in editor.post(path(survey, "preview/"), fields).json()
        return len(shown), len(previewed)

    few = asked()
    for n in range(3, 12):
        Statement.objects.create(
            article=survey.article, number=n, text=f"Phrase {n}", form="reported",
            speaker="X", source_name="Y",
        )  # fmt: skip
        make_question(survey, f"q{n}", "single", "un deux trois")
    assert asked() == few
