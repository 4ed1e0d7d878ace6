"""Lost quotations and marks without a partner: found, and never paired by guess."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polls.composing.quotation import quotation_findings


def found(text: str) -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.offset) for finding in quotation_findings(text)]


@pytest.mark.parametrize(
    "text",
    [
        'Il a dit "oui".',
        '"Oui", dit-il.',
        'Il a dit "oui" et "non" ("peut-être") à l\'"IA" et l’"IA".',
        'He called it "great"—"huge", even: "so".',
        '**"Bold"** and *"slanted"*, ["linked"](https://example.org "a title").',
        "Elle a dit « oui », « je “crois” bien » et “non”.",
        "Imbriqués : « l'un « dans » l'autre ».",
        "Er sagte „ja“, sie „nein”; ‹so›.",
        '("…et puis")',
        "C'est l'été, n'est-ce pas ? Il s’agit d’elle.",
        "",
    ],
)
def test_quotations_that_are_whole_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "pair", ['""', "«»", "« »", "«\u00a0»", "«\u202f»", "“”", "“ ”", "„“", "‹›"]
)
def test_every_kind_of_empty_pair_is_a_lost_quotation(pair: str) -> None:
    assert found(f"Il a dit {pair}, puis rien.") == [("lost_quotation", 9)]


def test_a_straight_pair_around_a_blank_is_lost_unless_it_parts_two_quotations() -> None:
    assert found('Il a dit " ", puis rien.') == [("lost_quotation", 9)]
    assert found('Il a dit "oui" "non".') == []


def test_an_empty_pair_next_to_a_word_is_still_one() -> None:
    assert found('le ""Musk""') == [("lost_quotation", 3), ("lost_quotation", 9)]


@pytest.mark.parametrize("mark", ['"', "«", "“", "„", "‹"])
def test_an_opening_mark_that_nothing_closes_is_named(mark: str) -> None:
    assert found(f"Il a dit : {mark}Oui, et rien.") == [("unpaired_mark", 11)]


@pytest.mark.parametrize("mark", ['"', "»", "”", "›"])
def test_a_closing_mark_that_nothing_opens_is_named(mark: str) -> None:
    assert found(f"Il a dit oui{mark}, et rien.") == [("unpaired_mark", 12)]


def test_two_openings_are_not_made_a_quotation() -> None:
    text = 'Il a dit. "Une source répond : "Mais non.'
    assert found(text) == [("unpaired_mark", 10), ("unpaired_mark", text.index('"Mais'))]


def test_an_opening_pairs_with_the_next_closing_only_if_no_opening_is_between() -> None:
    text = 'Il "commence puis "dit" la fin.'
    assert found(text) == [("unpaired_mark", 3)]


def test_a_mark_within_a_word_ends_no_quotation() -> None:
    text = 'Il dit "oui"non" enfin.'
    assert found(text) == [("unpaired_mark", 7), ("unpaired_mark", 11), ("unpaired_mark", 15)]


def test_a_quotation_does_not_run_into_the_next_paragraph() -> None:
    text = 'Il dit "oui.\n\nElle dit non".'
    assert found(text) == [("unpaired_mark", 7), ("unpaired_mark", 26)]
    assert found('Il dit "oui\net non".') == []


def test_a_quotation_does_not_run_from_one_item_of_a_list_to_the_next() -> None:
    assert len(found('- il dit "oui\n- elle dit non"\n')) == 2


def test_a_mark_deep_in_others_is_the_one_that_is_named() -> None:
    assert found("« un “deux » trois") == [("unpaired_mark", 5)]


def test_a_finding_shows_its_place_among_the_words_around_it() -> None:
    text = 'Un.\nDans l\'autre, il a écrit hier soir :\t"" puis il est parti sans dire un mot.'
    (finding,) = quotation_findings(text)
    assert (finding.line, finding.column) == (2, 38)
    assert finding.context == '…autre, il a écrit hier soir : ⟦""⟧ puis il est parti sans dire u…'


def test_the_list_of_findings_has_an_end() -> None:
    findings = quotation_findings('"" ' * 1000)
    assert len(findings) == 1000


@settings(deadline=None)
@given(st.text(alphabet='"«»“”„‹› a.\n-'))
def test_every_mark_is_named_once_at_most_and_in_order(text: str) -> None:
    offsets = [offset for _, offset in found(text) if offset is not None]
    assert offsets == sorted(set(offsets))
    assert all(text[offset] in '"«»“”„‹›' for offset in offsets)


@settings(deadline=None)
@given(st.text(alphabet='" a.\n'))
def test_the_straight_marks_that_are_not_named_are_an_even_number(text: str) -> None:
    named = sum(
        text[finding.offset : text.find('"', finding.offset + 1) + 1].count('"')
        if finding.kind == "lost_quotation"
        else 1
        for finding in quotation_findings(text)
        if finding.offset is not None
    )
    assert (text.count('"') - named) % 2 == 0
