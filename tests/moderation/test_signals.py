"""What a moderator is pointed to, and what looks like it and is nothing."""

from time import process_time
from typing import Any

import pytest
from django.utils import translation

from polls.lib.caching import forget
from polls.models import ModerationWord, Opinion, Response, Signal, Survey
from polls.moderation import signals
from polls.moderation.signals import explained, found
from tests.factories import make_opinion

pytestmark = pytest.mark.django_db


def keys(text: str, language: str = "fr") -> list[str]:
    return found(text, language).signals.split()


@pytest.mark.parametrize(
    "text",
    [
        "Voir https://exemple.test/a?b=1",
        "HTTP://EXEMPLE.TEST",
        "allez sur www.exemple.test",
        "C’est sur lemonde.fr, lisez.",
        "exemple.com",
        "cf. youtu.be/dQw4 pour la suite",
        "t.me/canal",
        "et bit.ly/3xyz",
        "Ｗｗｗ．exemple．com",
    ],
)
def test_a_link_is_pointed_out(text: str) -> None:
    assert "link" in keys(text)


@pytest.mark.parametrize(
    "text",
    [
        "C’est fini.Ca suffit. Et puis.De toute façon, it.",
        "Il parle de 3.5 milliards... Un budget.Comme toujours.",
        "M. Dupont, etc. — p. ex. la loi n° 2025-12.",
        "oui/non, et/ou, 24/7",
        "Écrivez à jean@exemple.fr",
        "Il l’a bien commenté.Une communauté.communauté",
    ],
)
def test_full_stops_and_addresses_are_no_links(text: str) -> None:
    assert "link" not in keys(text)


def test_shouting_is_pointed_out_and_acronyms_are_not() -> None:
    assert "capitals" in keys("C’EST UNE HONTE POUR TOUT LE PAYS, n’est-ce pas ?")
    assert "capitals" in keys("ÇA SUFFIT, ÉCOUTEZ-NOUS ENFIN, S’IL VOUS PLAÎT")
    for text in ("NON !!!", "LFI, RN, PS : NON", "La CGT, la CFDT et FO ont signé avec le MEDEF."):
        assert "capitals" not in keys(text)


@pytest.mark.parametrize(
    "text",
    [
        "Quel abruti.",
        "ABRUTI !",
        "Quel crétin, ce maire",
        "What a moron",
        "espèce d’enculé",
        "c0nnard",
        "quelle $alope",
        "c.r.e.t.i.n",
        "conn\u200bard",
        "𝐚𝐛𝐫𝐮𝐭𝐢",
    ],
)
def test_a_word_of_the_list_is_pointed_out_however_it_is_written(text: str) -> None:
    assert "word" in keys(text)


@pytest.mark.parametrize(
    "text",
    ["Une vermicelle.", "La connexion est mauvaise.", "Il faut consulter.", "3 cons0mmateurs"],
)
def test_a_word_within_another_is_none(text: str) -> None:
    assert "word" not in keys(text)


def test_a_change_of_the_list_takes_effect_for_texts_that_come_later(
    django_assert_num_queries: Any,
) -> None:
    assert keys("Quel cornichon.") == []
    ModerationWord.objects.create(language="en", word="Cornîchon")
    with django_assert_num_queries(0):  # kept for some seconds
        assert keys("Quel cornichon.") == []
    forget()
    with django_assert_num_queries(1):
        assert keys("Quel cornichon.") == ["word"]


@pytest.mark.parametrize(
    "text",
    [
        "jean.dupont@exemple.fr",
        "jean (at) exemple.fr",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "0612345678",
        "06\u00a012\u202f34\u00a056\u00a078",
        "+33 6 12 34 56 78",
        "0033 1 23 45 67 89",
        "+33 (0)6 12 34 56 78",
        "+32 470 12 34 56",
        "+44 20 7946 0958",
        "020 7946 0958",
        "(555) 123-4567",
        "555-123-4567",
        "12 rue de la Paix",
        "36 bis, avenue du Général",
        "10 Downing Street",
    ],
)
def test_a_way_to_reach_somebody_is_pointed_out(text: str) -> None:
    assert "contact" in keys(f"On le trouve ici : {text}, dit-on.")


@pytest.mark.parametrize(
    "text",
    [
        "500 milliards de dollars",
        "1 000 000 000 euros et 2 020 345 678 euros, soit +15 000 000 en un an",
        "+2 512 345 678 €",
        "+2 512 345 678 dollars",
        "En 2025, puis en 2026-2027.",
        "le 01-02-2025 à 10:30, le 01.02.2025 à 10h",
        "2025-01-22 12:30:45",
        "19,99 € ou 1.234.567,89",
        "0,123456789 et 3.14159265",
        "+3,5 % et 100 %",
        "l’article 49.3, la loi de 1905, le 11 septembre 2001",
        "75000 Parisiens et 13 000 Marseillais",
        "@lemonde et #budget",
        "3 cours et 2 places de plus, 4 routes",
        "(à mon avis)",
    ],
)
def test_figures_dates_and_prices_are_no_contact(text: str) -> None:
    assert "contact" not in keys(text)


FRENCH = "Je ne crois pas que la ville ait les moyens de ses promesses, et personne ne le dit."
ENGLISH = "I do not think that the city has the money for this, and nobody would say it was there."
SPANISH = "No creo que la ciudad tenga el dinero para esto, y nadie lo dice porque es muy cara."


def test_another_language_than_the_surveys_is_pointed_out() -> None:
    assert "language" in keys(ENGLISH, "fr")
    assert "language" in keys(FRENCH, "en")
    assert "language" in keys(SPANISH, "fr")
    assert "language" in keys("Я не верю, что у города есть деньги на это, и никто не говорит.")


@pytest.mark.parametrize(
    "text",
    [
        FRENCH,
        "Yes we can!",
        f"{FRENCH} « {ENGLISH} »",
        "Le « make America great again » de Trump, on connaît.",
        "Musk, Altman, Trump, SoftBank, Oracle, OpenAI : bla bla.",
        "👏" * 50,
        "Ok.",
    ],
)
def test_a_short_text_a_quotation_and_names_say_nothing_of_a_language(text: str) -> None:
    assert "language" not in keys(text)


def test_what_is_known_from_elsewhere_is_kept_once_and_in_order() -> None:
    assert found("Un avis.", "fr", [Signal.TRAP, Signal.TRAP]).signals == " trap "
    assert found("www.exemple.fr", "fr", [Signal.TRAP]).signals == " link trap "
    assert found("", "fr", [Signal.TRAP]).signals == " trap "
    assert found("", "fr").signals == ""


def test_all_signals_together_fit_their_column() -> None:
    assert len(f" {' '.join(Signal.values)} ") <= 80


@pytest.mark.parametrize(
    "piece",
    ["<a", "a", "a.", "a-a.", "@", "a@a.", "0 1 ", "+1 (", "www.", ".com", "http://", "1 rue ",
     "1 ab ", "\ufdfa", "a\u0301", "a.b.c ", "06 12 34 56 7", "c*", "(at ", "é1", "👏"],
)  # fmt: skip
def test_a_hostile_text_costs_what_its_length_does(piece: str) -> None:
    """(The page takes 3,000 characters. Ten times as much must not take a hundred times longer.)"""

    def cost(length: int) -> float:
        text = (piece * length)[:length]
        times = []
        for _ in range(5):
            begun = process_time()
            found(text, "fr")
            times.append(process_time() - begun)
        return min(times)

    found("warm", "fr")
    assert cost(30_000) < 40 * max(cost(3_000), 0.000_1)
    assert cost(3_000) < 0.1


# In words, for the page that shows the text


def detail(opinion: Opinion) -> dict[str, str]:
    return {seen.key: seen.detail for seen in explained(opinion)}


def test_each_signal_says_what_it_saw(survey: Survey, django_assert_num_queries: Any) -> None:
    text = (
        "WWW.EXEMPLE.FR ET HTTPS://AUTRE.TEST/X : QUEL ABRUTI, QUEL CRÉTIN !"
        " Tél. 06 12 34 56 78, ou jean@exemple.org"
    )
    opinion = make_opinion(survey, text)
    assert opinion.signal_keys == ["link", "capitals", "word", "contact"]
    with translation.override("en"), django_assert_num_queries(0):
        assert detail(opinion) == {
            "link": "exemple.fr, autre.test",
            "capitals": "74 % of the letters",
            "word": "abruti, cretin",
            "contact": "an e-mail address, a telephone number",
        }
        assert explained(opinion)[0].label == "link"


def test_the_language_is_named(survey: Survey) -> None:
    with translation.override("en"):
        assert detail(make_opinion(survey, ENGLISH)) == {"language": "English"}
        strange = make_opinion(
            survey, "Я не верю что у города есть деньги на это и никто не говорит"
        )
        assert detail(strange) == {"language": "a language that isn’t known here"}


def test_a_suspicious_sending_says_why_where_the_response_is_at_hand(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    opinion = make_opinion(survey)
    Response.objects.update(suspicion=" trap rate ")
    Opinion.objects.update(signals=" trap echo unknown ")
    alone = Opinion.objects.get(pk=opinion.pk)
    with translation.override("en"), django_assert_num_queries(0):
        assert detail(alone) == {"trap": "", "echo": ""}
    loaded = Opinion.objects.select_related("response").get(pk=opinion.pk)
    with translation.override("en"):
        assert detail(loaded)["trap"] == (
            "a field was filled that nobody sees, very many answers from one network"
        )


def test_a_text_that_is_gone_has_nothing_to_explain(survey: Survey) -> None:
    opinion = make_opinion(survey, "Voir www.exemple.fr")
    opinion.signals, opinion.text = " link capitals word contact language ", ""
    with translation.override("en"):
        assert detail(opinion) == {
            "link": "",
            "capitals": "0 % of the letters",
            "word": "",
            "contact": "",
            "language": "a language that isn’t known here",
        }


def test_the_text_that_changes_is_looked_at_anew(survey: Survey) -> None:
    from polls.answering.services import change
    from polls.answering.submission import Submission

    opinion = make_opinion(survey, "Voir www.exemple.fr")
    assert opinion.signal_keys == ["link"]
    assert opinion.response
    change(response=opinion.response, submission=Submission({}, "Rien à voir.", may_publish=True))
    opinion.refresh_from_db()
    assert opinion.signal_keys == []


def test_the_numbers_of_a_text_never_change(survey: Survey) -> None:
    """They are compared with what was stored a year ago, by another process."""
    seen = signals.found("Le pont coûtera cher, et personne ne dit qui paiera.", "fr")
    assert (seen.echo_a, seen.echo_b) == (1988132512, -187114460)
