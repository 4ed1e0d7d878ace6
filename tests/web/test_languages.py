"""An article and its translations lead to each other, in every language of the site."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from polls.composing.parsing import parse
from polls.composing.services import create_draft
from polls.lib.caching import forget
from polls.models import Article, Survey, current_edition
from polls.results.access import public_translations
from tests.factories import make_article, make_draft, make_response, make_survey
from tests.web.pages import OURS, head, text

FRENCH, ENGLISH = f"{OURS}/articles/pont/", f"{OURS}/articles/bridge/"
BOTH = {"fr": FRENCH, "en": ENGLISH, "x-default": FRENCH}
VISIBLE = '<a href="/articles/bridge/" lang="en" hreflang="en">'


@pytest.fixture
def bridge(survey: Survey) -> Survey:
    return make_survey(make_article("bridge", language="en", translation_of=survey.article))


def test_each_names_all_of_them_itself_and_the_original_for_all_others(bridge: Survey) -> None:
    assert head(FRENCH).hreflang == head(ENGLISH).hreflang == BOTH


def test_a_translation_made_from_the_english_one_later_changes_nothing_for_the_others(
    bridge: Survey,
) -> None:
    """Two English pages can't both be the English one; neither page names one that doesn't name
    it."""
    make_survey(make_article("span", language="en", translation_of=bridge.article.translation_of))
    assert head(FRENCH).hreflang == head(ENGLISH).hreflang == BOTH
    assert head("/articles/span/").hreflang == {}


def test_a_reader_finds_the_other_language_under_the_title_in_its_own_words(
    bridge: Survey,
) -> None:
    french, english = text(FRENCH), text(ENGLISH)
    assert f"{VISIBLE}Read in English</a>" in french
    assert '<a href="/articles/pont/" lang="fr" hreflang="fr">' in english
    assert '<a href="/articles/pont/" lang="fr"' not in french


def test_an_article_alone_says_nothing_of_languages(survey: Survey) -> None:
    assert head(FRENCH).hreflang == {}
    assert "hreflang" not in text(FRENCH)


@pytest.mark.parametrize("state", ["draft", "unpublished", "upcoming"])
def test_no_page_tells_of_a_translation_that_readers_can_t_open_yet_or_any_more(
    survey: Survey, state: str
) -> None:
    article = make_article("bridge", language="en", translation_of=survey.article)
    hidden = make_draft(article) if state == "draft" else make_survey(article)
    if state == "unpublished":
        now = timezone.now()
        Survey.objects.filter(pk=hidden.pk).update(status=state, unpublished_at=now)
    if state == "upcoming":
        soon = timezone.now() + timedelta(days=1)
        Survey.objects.filter(pk=hidden.pk).update(opens_at=soon)
        assert head(ENGLISH).hreflang == {}
    assert "bridge" not in text(FRENCH)
    assert "bridge" not in text("/articles/pont/results/")


def test_a_page_hears_of_its_translation_within_seconds(survey: Survey) -> None:
    assert "bridge" not in text(FRENCH)
    draft = make_draft(make_article("bridge", language="en", translation_of=survey.article))
    now = timezone.now()
    Survey.objects.filter(pk=draft.pk).update(status="published", published_at=now)
    forget()  # what seconds do
    assert VISIBLE in text(FRENCH)


def test_results_name_each_other_only_where_both_are_public(bridge: Survey) -> None:
    results = {language: f"{address}results/" for language, address in BOTH.items()}
    for address in (FRENCH, ENGLISH):
        assert head(f"{address}results/").hreflang == results
    Survey.objects.filter(pk=bridge.pk).update(results_from=2)
    assert head(f"{FRENCH}results/").hreflang == {}
    for _ in range(2):
        make_response(bridge)
    assert head(f"{FRENCH}results/").hreflang == results
    bridge.blackouts.create(
        starts_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now() + timedelta(hours=1)
    )
    assert head(f"{FRENCH}results/").hreflang == {}


@pytest.mark.parametrize("page", ["privacy", "legal", "transparency"])
def test_pages_about_the_site_are_there_in_every_language(survey: Survey, page: str) -> None:
    plain = f"{OURS}/{page}/"
    addresses = {code: f"{plain}?lang={code}" for code, _name in settings.LANGUAGES}
    addresses[settings.LANGUAGE_CODE] = plain
    for language, address in addresses.items():
        found = head(address)
        assert (found.language, found.canonical) == (language, address)
        assert found.hreflang == addresses | {"x-default": plain}


def test_the_queries_of_a_page_do_not_grow_with_its_translations(
    bridge: Survey, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        forget()
        with django_assert_num_queries(11):
            edition = current_edition("pont")
        assert edition
        assert len(edition.translations) == 2
        with django_assert_num_queries(2):
            assert len(public_translations(edition)) == 2
        make_survey(make_article(f"en-{number}", language="en", translation_of=edition.article))


SOURCE = """---
title: The bridge
slug: bridge
language: en
translation_of: {original}
question: What do you think?
---

The town has presented its budget.
"""


def test_an_import_names_the_original_by_its_address(survey: Survey) -> None:
    made = create_draft(draft=parse(SOURCE.format(original="pont")))
    assert made.article.translation_of == survey.article


def test_what_is_translated_from_a_translation_belongs_to_the_original(bridge: Survey) -> None:
    made = create_draft(draft=parse(SOURCE.format(original="bridge"), slug="ponte"))
    assert made.article.translation_of_id == bridge.article.translation_of_id


def test_an_original_that_is_not_there_yet_stops_no_import(
    db: None, tmp_path: Any, capsys: Any
) -> None:
    file = tmp_path / "bridge.md"
    file.write_text(SOURCE.format(original="pont"), encoding="utf-8")
    call_command("import_article", file)
    assert Article.objects.get(slug="bridge").translation_of is None
    assert "no article at the address “pont”" in capsys.readouterr().out


@pytest.mark.parametrize("order", [("fr", "en"), ("en", "fr")])
def test_the_sample_s_languages_find_each_other_in_either_order(
    db: None, order: tuple[str, str]
) -> None:
    for language in order:
        call_command("load_sample", language=language)
    english = Article.objects.get(slug="stargate-musk-en")
    assert english.translation_of == Article.objects.get(slug="stargate-musk")
