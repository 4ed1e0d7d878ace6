"""Words selected in an article's Markdown, as the passage of a statement."""

import pytest

from polls.composing.passages import Passage, passage, stands

BODY = """La ville a dit : « Le pont sera *gratuit* pour tous » mardi, et « l’eau_aussi ».

> Personne ne paiera, dit-elle

Le pont sera beau. Selon elle, le pont sera beau
et rouge. Voir [le **site** web](https://x.org/a_b).

## Un titre
- un point du débat
"""


def select(words: str, *, nth: int = 0) -> Passage | None:
    parts = BODY.split(words)
    before, after = words.join(parts[: nth + 1]), words.join(parts[nth + 1 :])
    assert before + words + after == BODY
    return passage(before, words, after)


@pytest.mark.parametrize(
    ("words", "exact", "verbatim"),
    [
        ("Le pont sera *gratuit* pour tous", "Le pont sera gratuit pour tous", True),
        ("« Le pont sera *gratuit* pour tous »", "Le pont sera gratuit pour tous", True),
        ("*gratuit* ", "gratuit", True),
        ("l’eau_aussi", "l’eau_aussi", True),
        ("> Personne ne paiera, dit-elle\n", "Personne ne paiera, dit-elle", True),
        ("pont sera beau\net rouge.", "pont sera beau et rouge.", False),
        ("[le **site** web](https://x.org/a_b)", "le site web", False),
        ("## Un titre", "Un titre", False),
        ("- un point", "un point", False),
    ],
)
def test_the_words_are_those_that_readers_see(words: str, exact: str, verbatim: bool) -> None:
    found = select(words)
    assert found
    assert (found.exact, found.verbatim) == (exact, verbatim)
    assert stands(BODY, found.exact, found.prefix, found.suffix)


@pytest.mark.parametrize("nth", [0, 1])
def test_words_that_stand_twice_take_the_fewest_around_them_along(nth: int) -> None:
    found = select("sera beau", nth=nth)
    assert found
    assert len(f"{found.prefix} {found.suffix}".split()) <= 2
    assert stands(BODY, found.exact, found.prefix, found.suffix)
    other = select("sera beau", nth=1 - nth)
    assert other
    assert (found.prefix, found.suffix) != (other.prefix, other.suffix)


@pytest.mark.parametrize(
    "words", ["x.org", "mardi, et « l’eau_aussi ».\n\n> Personne", "\n\n", " "]
)
def test_what_is_no_words_of_one_paragraph_is_no_passage(words: str) -> None:
    assert select(words) is None
