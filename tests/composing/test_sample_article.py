"""The project's own article: complete, its statements where they say, and nobody else's words."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from polls.composing.drafts import DraftArticle
from polls.composing.parsing import decode, parse

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared/input/article.txt"
CONTENT = ROOT / "polls/content"
LANGUAGES = ("fr", "en")
RUN = 8  # words in a row that no two texts share by chance


def article(language: str) -> DraftArticle:
    return parse(decode((CONTENT / f"stargate-{language}.md").read_bytes()))


def plain(draft: DraftArticle) -> str:
    html = MarkdownIt("commonmark", {"html": False}).render(draft.body)
    return unescape(re.sub(r"<[^>]+>", "", html))


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_article_is_read_without_a_finding(language: str) -> None:
    draft = article(language)
    assert draft.findings == ()
    assert (draft.language, draft.published_on) == (language, date(2025, 1, 23))
    assert 650 <= len(re.findall(r"[\w’-]+", plain(draft))) <= 850
    assert len(re.findall(r"^## ", draft.body, re.MULTILINE)) == 3


def test_the_two_versions_have_their_addresses_and_the_same_rules() -> None:
    french, english = article("fr"), article("en")
    assert (french.slug, english.slug) == ("stargate-musk", "stargate-musk-en")
    for survey in (french.survey, english.survey):
        assert (survey.results, survey.results_from) == ("always", 1)
        assert (survey.opens_at, survey.closes_at, survey.moderation) == (None, None, "before")


def test_the_french_question_is_the_articles_word_for_word() -> None:
    assert article("fr").survey.question == (
        "Pensez-vous que ces déclarations d’Elon Musk sont crédibles ou pertinentes\u202f?"
        " Quel est votre avis sur le sujet\u202f?"
    )
    for language in LANGUAGES:
        survey = article(language).survey
        assert survey.text_question
        assert survey.question.endswith(survey.text_question)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_statement_stands_in_one_place_of_the_text(language: str) -> None:
    draft = article(language)
    text = plain(draft)
    assert [text.count(statement.exact) for statement in draft.statements] == [1] * 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_verbatim_statements_are_quotations_of_their_own_without_marks(language: str) -> None:
    draft = article(language)
    verbatim = [s.text for s in draft.statements if s.form == "verbatim"]
    assert re.findall(r"^> (.+)$", draft.body, re.MULTILINE) == verbatim
    assert not any(mark in text for text in verbatim for mark in '«»“”"')


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_statement_has_a_speaker_a_source_and_known_facts(language: str) -> None:
    statements = article(language).statements
    assert [s.form for s in statements] == ["verbatim"] * 2 + ["reported"] * 3
    assert [s.kind for s in statements] == ["claim"] * 4 + ["judgement"]
    assert {s.speaker for s in statements} == {"Elon Musk"}
    assert all(s.source_name and 1 <= len(s.facts) <= 3 for s in statements)


def test_the_translated_quotations_have_the_original_beside_them() -> None:
    french, english = article("fr").statements, article("en").statements
    for translated, said in zip(french[:2], english[:2], strict=True):
        assert (translated.original, translated.original_language) == (said.text, "en")
        assert (said.original, said.original_language) == ("", "")
        assert translated.said_on == said.said_on == date(2025, 1, 21)


def test_the_french_text_keeps_to_french_typography() -> None:
    text = (CONTENT / "stargate-fr.md").read_text(encoding="utf-8")
    body = text.partition("\n---\n")[2]
    assert "'" not in text
    assert '"' not in body
    assert re.findall(r".{0,20}[^\u202f][?!;%]", text) == []
    assert re.findall(r".{0,20}[^\u00a0]:(?=\s)", body) == []
    assert re.findall(r"«[^\u00a0]|[^\u00a0]»", text) == []
    assert "..." not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_the_article_has_to_tell_is_missing(language: str) -> None:
    text = plain(article(language))
    names = "OpenAI SoftBank Oracle MGX Musk Trump Ulbricht Leavitt Altman Nadella Microsoft xAI"
    assert [name for name in names.split() if name not in text] == []
    figures = ("500", "100", r"24[.,]3", "11", "10", "80", "13", "21", "22")
    assert [figure for figure in figures if not re.search(rf"\b{figure}\b", text)] == []
    assert "wrong, as you surely know" in text
    assert "all I know is, I’m good for my $80\u00a0billion" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.skipif(not REAL.exists(), reason="the real article isn't on this machine")
def test_no_sentence_of_the_real_article_is_in_ours(language: str) -> None:
    theirs = REAL.read_text(encoding="utf-8")
    draft = article(language)
    # The question is the article's, word for word, on purpose; it isn't part of the text.
    ours = [draft.title, draft.standfirst, plain(draft)]
    for statement in draft.statements:
        ours += [statement.text, *(fact.text for fact in statement.facts)]
    for text in ours:
        assert [" ".join(run) for run in runs(text) & runs(theirs)] == []
