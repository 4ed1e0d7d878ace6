import time

import pytest

from polls.lib.prose import Anchor, paragraphs, prose


def html(markdown: str, *anchors: Anchor) -> str:
    return "".join(block.html for block in prose(markdown, anchors).blocks)


def test_an_exact_passage_is_marked_where_it_stands() -> None:
    found = html("Il dit que *tout* va bien.", Anchor(1, "va bien"))
    assert found == '<p>Il dit que <em>tout</em> <mark id="passage-1">va bien</mark>.</p>\n'


def test_a_passage_across_other_markup_is_marked_in_well_formed_pieces() -> None:
    found = html("Il dit que *tout* va bien.", Anchor(1, "que tout va"))
    assert found == (
        '<p>Il dit <mark id="passage-1">que </mark><em><mark>tout</mark></em>'
        "<mark> va</mark> bien.</p>\n"
    )


def test_a_line_break_within_a_passage_does_not_cut_it() -> None:
    found = html("Il dit que tout\nva bien.", Anchor(1, "tout va bien"))
    assert '<mark id="passage-1">tout\nva bien</mark>' in found


def test_typed_apostrophes_and_blanks_find_typographic_ones() -> None:
    text = "L’eau coûte 3\u202f%\u00a0: c’est peu."
    assert not prose(text, [Anchor(1, "L'eau coûte 3 % : c'est")]).lost


def test_a_passage_that_is_gone_is_reported_as_lost() -> None:
    found = prose("Autre chose.", [Anchor(1, "va bien"), Anchor(2, "Autre")])
    assert found.lost == (1,)
    assert found.blocks[0].numbers == (2,)


def test_two_places_are_ambiguous_until_the_words_around_tell_them_apart() -> None:
    text = "Il va bien. Elle va bien aussi."
    assert prose(text, [Anchor(1, "va bien")]).ambiguous == (1,)
    assert html(text, Anchor(1, "va bien", prefix="Elle")).endswith(
        'Elle <mark id="passage-1">va bien</mark> aussi.</p>\n'
    )
    assert '<mark id="passage-1">va bien</mark>. Elle' in html(
        text, Anchor(1, "va bien", suffix=". Elle")
    )


def test_overlapping_statements_stay_well_formed() -> None:
    found = html("un deux trois", Anchor(1, "un deux"), Anchor(2, "deux trois"))
    assert found.count("<mark") == found.count("</mark>") == 3


def test_a_block_that_is_all_statement_is_known_as_such() -> None:
    blocks = prose("> Tout est dit\n\nEt après.", [Anchor(1, "Tout est dit")]).blocks
    assert [block.whole for block in blocks] == [1, None]


@pytest.mark.parametrize("typed", ["<script>x</script>", "![a](http://x/y.png)", "<b>x</b>"])
def test_html_and_pictures_are_shown_as_typed(typed: str) -> None:
    assert "<script" not in html(typed)
    assert "<img" not in html(typed)
    assert "<b>" not in html(typed)


def test_links_that_run_code_stay_text() -> None:
    assert "href" not in html("[x](javascript:alert(1))")


def test_a_readers_text_is_escaped_and_keeps_its_lines() -> None:
    shown = paragraphs("<b>un</b>\ndeux\n\ntrois & quatre")
    assert shown == (
        '<p dir="auto">&lt;b&gt;un&lt;/b&gt;<br>deux</p><p dir="auto">trois &amp; quatre</p>'
    )


def test_filters_of_text_take_time_in_proportion_to_its_length() -> None:
    def seconds(size: int) -> float:
        """The least of three runs, in the processor's time: others use the machine too."""
        runs = []
        for _ in range(3):
            start = time.process_time()
            for filtered in (paragraphs, html):
                filtered("<a" * size)
            runs.append(time.process_time() - start)
        return min(runs)

    # Eight times the text: 8 times the time where it is linear, 64 where it is quadratic.
    assert seconds(80_000) < 24 * seconds(10_000)
