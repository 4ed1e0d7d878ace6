"""A consultation never passes for a poll without somebody answering for the word."""

import pytest

from polls.results.releases.claims import claims


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Notre sondage : que pensez-vous ?", ("sondage",)),
        ("Les Français ne croient pas Elon Musk", ("Les Français",)),
        ("Les\u00a0Français doutent", ("Les Français",)),
        ("Une majorité de lecteurs doute", ("majorité",)),
        ("6 Français sur 10 doutent", ("6 Français sur 10",)),
        ("Deux sur trois Français doutent", ("Deux sur trois Français",)),
        ("60 % des Français doutent", ("60 % des Français",)),
        ("Le verdict des lecteurs", ("verdict",)),
        ("Trois Français sur quatre doutent", ("Trois Français sur quatre",)),
        ("Neuf Français sur dix", ("Neuf Français sur dix",)),
        ("les **Français** doutent", ("les Français",)),
        ("un son**dage**", ("sondage",)),
        ("la marge d&#39;erreur", ("marge d'erreur",)),
        ("une majorite\u0301", ("majorité",)),
        ("un son\u00addage", ("sondage",)),
        ("Question posée aux Français", ("aux Français",)),
        ("La marge d’erreur est faible", ("marge d’erreur",)),
        ("Ceci n’est pas un sondage", ()),
        ("Ce n'est pas un sondage, ni un verdict", ()),
        ("Une consultation non représentative, sans marge d’erreur", ()),
        ("Ce que nos lecteurs ont répondu", ()),
        ("Sondage et sondage", ("Sondage",)),
        ("Pas un sondage ? Si, un sondage.", ("sondage",)),
    ],
)
def test_french_words_that_claim_more_are_found(text: str, found: tuple[str, ...]) -> None:
    assert claims(text, "fr") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Our poll: what do you think?", ("poll",)),
        ("A majority of Americans", ("majority",)),
        ("The French doubt it", ("The French",)),
        ("Most French people doubt it", ("Most French",)),
        ("the *French* doubt, says our polling", ("the French", "polling")),
        ("a margin-of-error of 2", ("margin-of-error",)),
        ("This is not a poll", ()),
        ("No margin of error, no verdict", ()),
        ("What our readers answered", ()),
        ("Pollution", ()),
    ],
)
def test_english_words_that_claim_more_are_found(text: str, found: tuple[str, ...]) -> None:
    assert claims(text, "en") == found


def test_another_language_is_held_to_every_list() -> None:
    assert claims("Il sondage, the poll", "xx") == ("sondage", "poll")


def test_a_long_text_takes_time_that_grows_with_it_and_no_faster() -> None:
    assert claims("pas un " * 20_000, "fr") == ()
