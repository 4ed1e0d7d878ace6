"""What a language has beside its catalogue: CONTRIBUTING.md ("Add a language") goes through it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from polls.composing import languages as reading
from polls.lib import languages, numbers
from polls.lib.text import folded
from polls.models import ModerationRule, ModerationWord
from polls.moderation.resemblance import WORD
from polls.moderation.signals import other_language
from polls.results.releases import claims

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def test_every_language_has_its_entry_in_the_tables() -> None:
    assert set(LANGUAGES) <= languages.LANGUAGES.keys()
    assert set(LANGUAGES) <= claims.CLAIMS.keys()
    assert claims.CLAIMS.keys() == claims.DENIED.keys()
    for code in LANGUAGES:
        known = languages.of(code)
        assert all(known.quotes)
        assert len(known.months.split()) == 12
        assert re.compile(known.questions)
        assert len(known.function_words.split()) >= 40, "too few to tell a language by"


def test_a_text_is_told_to_be_in_its_language() -> None:
    for code in LANGUAGES:
        most = languages.spoken(folded(languages.of(code).function_words).split()).most_common(2)
        assert most[0][0] == code
        assert len(most) == 1 or most[0][1] > most[1][1]


def test_a_language_that_the_site_takes_up_is_told_from_plain_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "LANGUAGES", ("fr", "en", "de"))
    with override("en"):
        told, how = reading.detect_language("Die Brücke ist nicht für die Stadt, es ist zu teuer.")
    assert told == "de"
    assert how.message.startswith("Language: German, by its function words (")


def test_letters_that_are_the_surveys_own_are_no_other_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "تريد المدينة منذ سنوات جسرا على النهر"
    words = WORD.findall(text)
    assert other_language(text, words, "fr") == ""
    arabic = replace(languages.ENGLISH, function_words="من في على إلى عن")
    monkeypatch.setattr(languages, "LANGUAGES", {**languages.LANGUAGES, "ar": arabic})
    assert other_language(text, words, "ar") is None


def test_every_language_has_the_same_rules_and_laws_and_words_to_point_out(db: None) -> None:
    grounds = {
        code: set(ModerationRule.objects.filter(language=code).values_list("kind", "key"))
        for code in LANGUAGES
    }
    assert {kind for kind, _key in grounds["en"]} == {"rule", "law"}
    assert grounds == dict.fromkeys(LANGUAGES, grounds["en"])
    assert set(ModerationWord.objects.values_list("language", flat=True)) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_and_a_time_begin_with_the_day_and_name_the_month(language: str) -> None:
    # As newspapers in Europe print them; what Django has for a language may be the American way.
    with override(language):
        day = numbers.day(date(2026, 11, 28))
        moment = numbers.moment(datetime(2026, 11, 28, 12, 30, tzinfo=UTC))
    assert re.fullmatch(r"28\W+\w{2,}.* 2026", day)
    assert moment.startswith(day)
    assert re.search(r"13\D{1,3}30", moment)


def test_the_place_of_a_language_is_its_code_in_files_and_never_changes() -> None:
    assert LANGUAGES[:2] == ("fr", "en")


@pytest.mark.parametrize("name", ["404.html", "polls/embeds/not_here.html"])
def test_a_page_says_where_its_language_runs_from_right_to_left(name: str) -> None:
    with override("ar"):
        assert '<html lang="ar" dir="rtl">' in render_to_string(name)
    with override("fr"):
        assert '<html lang="fr">' in render_to_string(name)


SIDES = re.compile(
    r"(?:margin|padding|border|inset)-(?:left|right)|[{;]\s*(?:left|right)\s*:"
    r"|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
    # top, right, bottom, left, the second and the last of which differ
    r"|(?:margin|padding|inset):\s*{v} ({v}) {v} (?!\1[\s;}])[^\s;{}]+".replace("{v}", r"[^\s;{}]+")
)


def sides(css: str) -> list[str]:
    """Left and right as such, which a language from right to left can't turn around."""
    whole = re.sub(r"\((?:[^()]|\([^()]*\))*\)", lambda found: re.sub(r"\s", "", found[0]), css)
    return [found[0] for found in SIDES.finditer(whole)]


@pytest.mark.parametrize(
    "css",
    [
        *("padding: 0 1px 0 2px;", "margin: 0 var(--a) 0 calc(2 * var(--b));"),
        *("margin-left: 0", "a { left: 0 }", "text-align: right"),
    ],
)
def test_sides_of_a_stylesheet_are_seen(css: str) -> None:
    assert sides(css)


def test_readers_pages_know_a_beginning_and_an_end_of_a_line_and_no_left_and_right() -> None:
    assert not sides("margin: 0 1px 2px 1px; padding-inline: 0 2px; margin: 0 auto")
    press = ROOT / "polls" / "static" / "polls" / "press.css"
    assert sides(press.read_text(encoding="utf-8")) == []
