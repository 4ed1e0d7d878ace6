"""What an editor reads after an import, in French: all of it, and set as French is."""

import re
from collections.abc import Callable

import pytest
from django.utils.translation import override

from polls.composing.drafts import ImportProblem
from polls.composing.parsing import decode, parse

FRONT = """---
titel: Le pont
slug: Le Pont
language: english
published: [2025]
kicker: %s
source: {url: pont, name: {a: b}}
survey: {results: never, results_from: none, opens: 2025-03-14, closes: 2025-03-13}
statements:
  - zzz: 1
    form: quote
    date: 2025-13-01
    original: Rien.
    original_language: F
    facts: none
  - facts: [Rien.]
---
"""
REFUSED = [
    *("", "Vraiment ?", "date 2025-13 Le texte.", "。。。", "Le texte.\0"),
    *("---\ntitle: a", "---\ntitle: a: b\n---\n", '---\ntitle: "a\n---\n', "---\n- a\n---\n"),
    *('---\ntitle: "a" b\n---\n', "---\ntitle: a\ntitle: b\n---\n", "---\ntitle: \x07\n---\n"),
    *("---\n" + "[" * 5000 + "\n---\n", "---\ntitle: …\n---\nLe texte.", FRONT % ("x" * 61)),
]
READ = [
    'date 2025-03 La ville aura un pont. Le 4 mars 2025, il a dit "".Le maire : "Trop cher.',
    "date 2025-03 Le texte de la ville. Le pont est-il utile ?",
    "The text of the town.",
    "Xyz.",
    "La ville. " + '"" ' * 201,
]
# What isn't a message's own: French sets no mark before these.
TYPED = re.compile(r"https?://|\d\d:\d\d|key: value")
SLIPS = re.compile(r"[\"“”']|(?<!\u202f)[?!;%]|(?<!\u00a0):|«(?!\u00a0)|(?<!\u00a0)»")


def refusals(source: str) -> list[str]:
    with pytest.raises(ImportProblem) as caught:
        parse(source)
    return caught.value.messages


def findings(source: str) -> list[str]:
    return [finding.message for finding in parse(source).findings]


def given_with_the_import(values: dict[str, str]) -> list[str]:
    with pytest.raises(ImportProblem) as caught:
        parse("Le texte.", **values)
    return caught.value.messages


def of_bytes(content: bytes) -> list[str]:
    with pytest.raises(ImportProblem) as caught:
        decode(content)
    return caught.value.messages


@pytest.mark.parametrize(
    ("read", "source"),
    [
        *((refusals, source) for source in REFUSED),
        *((findings, source) for source in READ),
        (given_with_the_import, {"language": "xx", "slug": "a" * 81}),
        (of_bytes, b"\xff"),
    ],
)
def test_no_message_is_left_in_english(read: Callable[[object], list[str]], source: object) -> None:
    english = read(source)
    with override("fr"):
        french = read(source)
    assert len(french) == len(english) > 0
    assert not set(french) & set(english)
    assert [text for text in french if SLIPS.search(TYPED.sub("", text))] == []


def test_a_mistake_in_french_has_its_place_and_the_words_of_the_format() -> None:
    with override("fr"):
        found = refusals(FRONT % "Ville")
    assert "la clé «\u00a0titel\u00a0» est inconnue\u202f; vouliez-vous dire" in found[0]
    assert (
        "déclaration 1\u00a0: «\u00a0form\u00a0» contient «\u00a0quote\u00a0»\u202f; il faut"
        " «\u00a0verbatim\u00a0» ou «\u00a0reported\u00a0»"
    ) in found
    assert any(text.startswith("déclaration 2, fait 1\u00a0: il faut ici") for text in found)


def test_a_day_is_named_in_french_as_a_newspaper_prints_it() -> None:
    with override("fr"):
        notes = findings("date 2025-03 Le texte de la ville.")
    assert "le 1er\u00a0mars 2025 est retenu" in notes[0]
