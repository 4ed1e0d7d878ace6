"""What is typed on an article's page comes back; a page that is refused says what became of it."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from polls.models import Article
from tests.admin.test_milestones import form as article_form
from tests.factories import make_article, make_staff, make_survey

ENGLISH = {"accept-language": "en"}


def path(article: Article) -> str:
    return f"/admin/polls/article/{article.pk}/change/"


def test_what_was_typed_on_an_article_comes_back_and_stores_nothing(editor: Client) -> None:
    article = make_article()
    typed = article_form(editor, article) | {"title": "Le tunnel", "kept": "k" * 12}
    answer = editor.post(path(article), typed | {"_restore": "yes"}, headers=ENGLISH)
    html = answer.content.decode()
    assert 'value="Le tunnel"' in html
    assert 'name="kept" value="kkkkkkkkkkkk"' in html
    assert "It isn’t saved yet." in html
    assert "saved" not in answer.cookies
    assert Article.objects.get().title == "Le pont"


def test_a_saved_article_is_acknowledged_to_the_browser(editor: Client) -> None:
    article = make_article()
    typed = article_form(editor, article) | {"title": "Le tunnel", "kept": "k" * 12}
    assert editor.post(path(article), typed).cookies["saved"].value == "k" * 12
    assert "saved" not in editor.post(path(article), typed | {"title": ""}).cookies


@pytest.mark.parametrize("kept", ["", "x;y", "K" * 12, "k" * 41])
def test_nothing_but_a_token_gets_into_the_cookie(editor: Client, kept: str) -> None:
    article = make_article()
    typed = article_form(editor, article) | {"kept": kept}
    answer = editor.post(path(article), typed)
    assert answer.status_code == 302
    assert "saved" not in answer.cookies


def test_a_correction_and_a_note_of_taking_down_are_counted_and_not_cut(editor: Client) -> None:
    survey = make_survey()
    corrected = editor.get(path(survey.article)).context["adminform"].form["correction"]
    note = editor.get(f"/admin/polls/survey/{survey.pk}/unpublish/").context["form"]["note"]
    for field, most in ((corrected, 200), (note, 300)):
        assert "maxlength" not in str(field)
        assert f'data-most="{most}"' in str(field)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_whose_key_was_changed_meanwhile_is_told_that_nothing_is_lost(
    db: None, settings: Any, language: str
) -> None:
    settings.DEBUG = False
    client = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    client.force_login(make_staff("editor"))
    answer = client.post("/admin/polls/survey/compose/", {"csrfmiddlewaretoken": "x" * 32})
    assert answer.status_code == 403
    html = answer.content.decode()
    with override(language):
        assert gettext("Nothing was saved yet") in html
    assert f'<html lang="{language}"' in html
