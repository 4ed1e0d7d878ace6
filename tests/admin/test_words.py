"""The list of words to point out, in the admin."""

from typing import Any

import pytest
from django.test import Client

from polls.models import ModerationWord
from polls.moderation.signals import found

LIST = "/admin/polls/moderationword/"

pytestmark = pytest.mark.django_db


def add(client: Client, word: str, language: str = "fr") -> Any:
    return client.post(f"{LIST}add/", {"word": word, "language": language}, follow=True)


def test_a_moderator_adds_a_word_and_the_next_text_shows_it(moderator: Client) -> None:
    assert found("Quel Cornichon", "fr").signals == ""
    add(moderator, "cornichon")
    assert found("Quel Cornichon", "fr").signals == " word "
    word = ModerationWord.objects.get(word="cornichon")
    moderator.post(f"{LIST}{word.pk}/delete/", {"post": "yes"})
    assert found("Quel Cornichon", "fr").signals == ""


@pytest.mark.parametrize("word", ["CRÉTIN", "Crètin", "cretin"])
def test_a_word_that_is_listed_but_for_accents_is_refused_and_named(
    moderator: Client, word: str
) -> None:
    before = ModerationWord.objects.count()
    page = add(moderator, word).content.decode()
    assert "«\xa0cretin\xa0»" in page
    assert ModerationWord.objects.count() == before


def test_the_other_language_has_a_list_of_its_own(moderator: Client) -> None:
    add(moderator, "ordure", "en")
    assert ModerationWord.objects.filter(word="ordure").count() == 2


@pytest.mark.parametrize("word", ["sale type", "peut-être", "l’ordure", "!!!"])
def test_only_one_word_is_taken(moderator: Client, word: str) -> None:
    before = ModerationWord.objects.count()
    assert add(moderator, word).status_code == 200
    assert ModerationWord.objects.count() == before


def test_a_word_is_changed_without_meeting_itself(moderator: Client) -> None:
    word = ModerationWord.objects.get(language="fr", word="cretin")
    moderator.post(f"{LIST}{word.pk}/change/", {"word": "crétin", "language": "fr"})
    word.refresh_from_db()
    assert word.word == "crétin"


def test_the_list_is_searched_and_filtered(moderator: Client) -> None:
    page = moderator.get(LIST, {"q": "cretin", "language__exact": "fr"}).content.decode()
    assert page.count("/change/") == 1


def test_an_editor_reads_the_list_and_changes_nothing(editor: Client) -> None:
    assert editor.get(LIST).status_code == 200
    assert editor.post(f"{LIST}add/", {"word": "x", "language": "fr"}).status_code == 403
