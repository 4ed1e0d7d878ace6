"""The picture for social networks: what it says, where it stands, who may fetch it."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from polls.lib.caching import forget
from polls.lib.numbers import percent, whole
from polls.models import Question, Statement, Survey, current_edition
from polls.results.postcard import drawn, png
from polls.results.postcard_text import alternative_text
from polls.results.postcards import typeset
from polls.results.postcards.content import postcard
from polls.results.postcards.layout import Layout, layout
from polls.results.postcards.marks import HEIGHT, LEFT, PAPER, RIGHT, TONES, Box
from polls.results.queries import ChoiceCount, ItemResult, Results, results
from tests.factories import (
    BODY,
    make_article,
    make_draft,
    make_question,
    make_response,
    make_survey,
)
from tests.reader import Reader

PICTURE = "/articles/pont/results/picture.png"
FIRST = "/articles/pont/results/statements/1/picture.png"
SECOND = FIRST.replace("1", "2")
POINTS = ("Pas du tout crédibles", "Peu crédibles", "Moyennement crédibles", "Assez crédibles")
NARROW = "\u202f"


@pytest.fixture(autouse=True)
def no_picture_is_kept() -> Iterator[None]:
    drawn.cache_clear()
    yield
    drawn.cache_clear()


def figures(slug: str = "pont") -> Results:
    forget()
    edition = current_edition(slug)
    assert edition
    return results(edition)


def answered(survey: Survey) -> Results:
    """Two items with different bases, one "no opinion" and one that wasn't answered."""
    for credible, relevant in (("1", "4"), ("1", "5"), ("2", "none"), ("3", "4"), ("5", "")):
        answers = {"credible": credible, "relevant": relevant, "s1-credible": "2"}
        make_response(survey, answers={key: value for key, value in answers.items() if value})
    return figures()


def scale(counts: Sequence[int], labels: Sequence[str], **values: Any) -> ItemResult:
    """A scale with any counts: `labels` from its lowest point to its highest."""
    total = sum(counts)
    points = tuple(
        ChoiceCount(str(value), label, value, count, count / total if total else None, None)
        for value, (count, label) in enumerate(zip(counts, labels, strict=True))
    )
    defaults = {
        "key": "item",
        "kind": Question.Kind.SCALE,
        "wording": "Ces déclarations vous paraissent-elles crédibles ?",
        "statement": None,
        "aspect": "",
        "answered": total,
        "with_opinion": total,
        "not_answered": 0,
    }
    return ItemResult(choices=points, **(defaults | values))


def choices(count: int, label: str = "Un choix dont le nom est plutôt long") -> ItemResult:
    given = tuple(
        ChoiceCount(str(n), f"{label} {n}", None, n, n / 40, n / 40) for n in range(count)
    )
    empty = scale([], [], kind=Question.Kind.SINGLE, answered=40, with_opinion=40)
    return replace(empty, choices=given)


LONG = "Dans l’ensemble, compte tenu de ce que vous avez lu, est-ce bien crédible ? " * 5
SEVEN = [f"Un nom de point qui n’en finit pas, le {n}e" for n in range(7)]
ELEVEN = [str(n) for n in range(11)]
ODD = {
    "a long question": {"question": LONG[:400]},
    "one long word": {"question": "Anticonstitutionnellement" * 16},
    "an Arabic question": {"question": "هل تعتقد أن هذه التصريحات ذات مصداقية؟"},
    "emoji": {"question": "Et vous 😀 qu’en pensez-vous 👩‍👩‍👧 ?"},
    "a question turned around": {"question": "Et vous \u202eabc ?"},
    "nothing but signs": {"question": "?!"},
    "long points": {"items": (scale([5, 1, 0, 9, 400, 2, 900], SEVEN, wording=LONG[:400]),) * 2},
    "eleven points": {"items": (scale(range(11), ELEVEN), scale([1] * 11, ELEVEN))},
    "one item": {"items": (scale([5, 1, 0, 9, 400, 2, 900], SEVEN, wording=LONG[:400]),)},
    "two points": {"items": (scale([0, 9], ["Non", "Oui"]), scale([999, 1], ["Non", "Oui"]))},
    "one point": {"items": (scale([3], ["Oui"]),)},
    "narrow ends": {"items": (scale([9, 9, 960, 8, 8], [*POINTS, "Tout à fait crédibles"]),) * 2},
    "tiny shares": {"items": (scale([1, 1, 99999, 1], POINTS),) * 2},
    "an item without opinions": {"items": (scale([0] * 4, POINTS), scale([1] * 4, POINTS))},
    "items without opinions": {"items": (scale([0] * 4, POINTS),) * 2},
    "an Arabic item": {"items": (scale([1, 2], ["نعم", "لا"], wording="هل هذا صحيح؟"),)},
    "two choices": {"items": (choices(2),)},
    "nine choices": {"items": (choices(9), choices(3))},
    "long choices": {"items": (replace(choices(9, "Mot" * 30), wording=LONG[:400]),)},
    "no item": {"items": ()},
    "nobody": {"respondents": 0},
    "a long address": {"slug": "a" * 80},
}


def misplaced(placed: Layout) -> list[str]:
    """What leaves the margins, lies on another text, or half on a bar or rule."""
    texts = [text.box for text in placed.texts]
    outside = [
        text.text
        for text, (left, top, right, bottom) in zip(placed.texts, texts, strict=True)
        if left < LEFT - 2 or right > RIGHT + 2 or top < 8 or bottom > HEIGHT - 8
    ]
    pairs = combinations(zip(placed.texts, texts, strict=True), 2)
    over = [f"{a.text} / {b.text}" for (a, one), (b, other) in pairs if _meet(one, other)]
    crossed = [
        text.text
        for text, box in zip(placed.texts, texts, strict=True)
        for shape in placed.shapes
        if _meet(box, shape.box) and not _within(box, shape.box)
    ]
    return outside + over + crossed


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _within(box: Box, outer: Box) -> bool:
    return outer[0] <= box[0] and outer[1] <= box[1] and box[2] <= outer[2] and box[3] <= outer[3]


def test_a_picture_is_a_png_of_the_size_that_networks_show(survey: Survey) -> None:
    for statement in (None, Statement.objects.get(number=1)):
        image = Image.open(BytesIO(png(answered(survey), statement)))
        image.load()
        assert (image.format, image.size, image.mode) == ("PNG", (1200, 630), "RGB")


def test_the_same_figures_give_the_same_bytes_on_every_thread(survey: Survey) -> None:
    card = postcard(answered(survey))
    before = drawn(card)
    assert drawn.__wrapped__(card) == before
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(drawn.__wrapped__, [card] * 8)) == {before}


@pytest.mark.parametrize("odd", [{}, *ODD.values()], ids=["plain", *ODD])
def test_no_text_leaves_the_picture_or_lies_on_another(survey: Survey, odd: dict[str, Any]) -> None:
    found = replace(answered(survey), **odd)
    simulated = replace(
        found, identity=replace(found.identity, simulated=True, received=21345, set_aside=1345)
    )
    for language in ("fr", "en"):
        with override(language):
            for each in (found, simulated):
                assert misplaced(layout(postcard(each))) == []
                assert alternative_text(each)
    assert drawn(postcard(simulated))


@pytest.mark.parametrize("form", ["verbatim", "reported"])
@pytest.mark.parametrize(
    "text", ["Le pont sera gratuit", LONG, "Mot" * 200, "هل هذا صحيح؟", "😀", "x"]
)
def test_a_statement_of_any_length_fits(survey: Survey, text: str, form: str) -> None:
    found = answered(survey)
    for number in (1, 2):
        statement = Statement.objects.get(number=number)
        statement.text, statement.form = text, form
        statement.speaker = "Le directeur général délégué de l’établissement " * 2
        for said in (statement.speaker, "La maire", "محمد"):
            statement.speaker = said
            assert misplaced(layout(postcard(found, statement))) == []
    assert drawn(postcard(found, statement))


@pytest.mark.parametrize("aside", [0, 31])
def test_who_said_it_is_whole_also_where_answers_were_set_aside(survey: Survey, aside: int) -> None:
    statement = Statement.objects.get(number=1)
    statement.speaker = "Elon Musk"
    told = answered(survey)
    card = replace(told.identity, received=20_000, set_aside=aside)
    with override("fr"):
        placed = layout(postcard(replace(told, identity=card), statement))
    lines = [line.text for line in placed.texts]
    assert any("Elon Musk" in text for text in lines)
    assert misplaced(placed) == []


def test_a_text_that_lies_on_another_is_found(survey: Survey) -> None:
    placed = layout(postcard(answered(survey)))
    moved = replace(placed.texts[0], y=placed.texts[-1].y, x=placed.texts[-1].x)
    assert misplaced(replace(placed, texts=(*placed.texts, moved)))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_alternative_text_has_the_figures_of_the_page(survey: Survey, language: str) -> None:
    found = answered(survey)
    with override(language):
        text = alternative_text(found)
        assert len(found.on_the_whole) == 2
        for item in found.on_the_whole:
            assert item.wording in text
            for point in item.points:
                assert f"{point.label} {percent(point.share)}" in text
            assert f"({whole(item.with_opinion)})" in text
        credible, relevant = found.on_the_whole
        assert [percent(share) for share in credible.sides or ()] == [
            percent(0.6), percent(0.2), percent(0.2),
        ]  # fmt: skip
        assert f"{percent(3 / 5)} peu ou" in text or f"{percent(3 / 5)} peu or" in text
        assert relevant.with_opinion == 3  # and so 60% of five answers, 100% of three opinions
        assert f"{percent(3 / 5)} assez" in text
        assert f"{percent(2 / 5)} " in text
        assert found.question in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("number", [None, 1, 2])
def test_every_number_drawn_stands_in_the_alternative_text(
    survey: Survey, language: str, number: int | None
) -> None:
    found = answered(survey)
    found = replace(found, identity=replace(found.identity, received=1007, set_aside=1002))
    statement = Statement.objects.get(number=number) if number else None
    with override(language):
        card, text = postcard(found, statement), alternative_text(found, statement)
    texts = [mark.text for mark in layout(card).texts if mark.text not in card.source]
    # Bases of both items are drawn together: each number of them is looked for.
    for amount in re.findall(rf"<?\d[\d,{NARROW}]*{NARROW}?%?", " · ".join(texts)):
        assert amount.strip(f",{NARROW}") in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_notice_is_drawn_whole_and_large_and_said(survey: Survey, language: str) -> None:
    found = answered(survey)
    with override(language):
        card, text = postcard(found), alternative_text(found)
    sizes = {mark.text: mark.size for mark in layout(card).texts}
    for part in card.notice:
        assert sizes[part] >= 22
        assert part in text


def test_every_letter_of_ours_can_be_drawn(survey: Survey) -> None:
    found = answered(survey)
    for language in ("fr", "en"):
        with override(language):
            for mark in layout(postcard(found)).texts:
                assert all(map(typeset._is_drawn, mark.text)), mark.text


def test_nothing_is_smaller_than_can_be_read(survey: Survey) -> None:
    assert min(mark.size for mark in layout(postcard(answered(survey))).texts) >= 19


def test_the_bars_stand_on_the_middle_and_share_their_reach(survey: Survey) -> None:
    credible, relevant = postcard(answered(survey)).scales
    assert [part.tone for part in credible.parts] == ["no2", "no1", "mid", "yes2"]
    assert credible.parts[0].x == pytest.approx(50 * (1 - 0.7 / 1.0), abs=0.1)
    middle = next(part for part in credible.parts if part.tone == "mid")
    assert middle.x + middle.width / 2 == pytest.approx(50, abs=0.02)
    assert relevant.parts[0].x == pytest.approx(50, abs=0.02)
    assert relevant.parts[-1].x + relevant.parts[-1].width == pytest.approx(100, abs=0.1)


def test_a_share_without_room_in_its_segment_stands_with_its_label(survey: Survey) -> None:
    found = replace(answered(survey), items=(scale([1, 30, 30, 39], POINTS),) * 2)
    with override("en"):
        texts = [mark.text for mark in layout(postcard(found)).texts]
    assert "pas du tout (1%)" in texts
    assert "39%" in texts


def test_what_all_labels_end_with_is_said_once(survey: Survey) -> None:
    row = postcard(replace(answered(survey), items=(scale([1, 2, 3, 4], POINTS),))).scales[0]
    assert [part.label for part in row.parts] == ["pas du tout", "peu", "moyennement", "assez"]
    assert row.of_all[0].label.startswith("peu ")
    assert row.of_all[0].label.endswith(" pas du tout crédibles")
    single = replace(answered(survey), items=(scale([1, 2], ["Non", "Oui"]),))
    assert [part.label for part in postcard(single).scales[0].parts] == ["non", "oui"]


def test_the_colours_are_those_of_the_page() -> None:
    css = (Path(__file__).parents[2] / "polls/static/polls/press.css").read_text()
    light = css[: css.index("prefers-color-scheme")]
    for name, colour in (("paper", PAPER), *TONES.items()):
        assert f"--{name}: {colour};" in light


def test_a_list_shows_its_most_frequent_choices_of_all_answers(db: None) -> None:
    survey = make_draft(items=False)
    make_question(survey, "media", "multiple", "a b c d e f g")
    Survey.objects.update(status="published", published_at=timezone.now())
    for given in (["g", "a"], ["g"], ["b"], []):
        make_response(survey, answers={"media": given} if given else {})
    rows = postcard(figures()).choices
    assert rows
    with override("en"):
        rows = postcard(figures()).choices
    assert rows
    assert [(row.label, row.share) for row in rows.choices] == [
        ("G", "50%"), ("A", "25%"), ("B", "25%"), ("C", "0%"),
    ]  # fmt: skip
    assert "3" in rows.others


def test_items_about_the_reader_are_never_the_picture(db: None) -> None:
    survey = make_draft(items=False)
    make_question(survey, "age", "single", "jeune vieux", profile=True)
    Survey.objects.update(status="published", published_at=timezone.now())
    make_response(survey, answers={"age": "jeune"})
    card = postcard(figures())
    assert (card.choices, card.scales) == (None, ())
    assert card.empty


def test_figures_of_an_open_consultation_have_their_day_and_later_its_end(survey: Survey) -> None:
    found, january = answered(survey), datetime(2025, 1, 23, 12, tzinfo=UTC)
    live = replace(
        found,
        identity=replace(found.identity, opened=january, closes=january + timedelta(days=20)),
        at=january + timedelta(days=9),
    )
    with override("en"):
        assert postcard(live).answers.endswith("as of 1 February 2025")
        assert "from 23 January 2025 to 12 February 2025" in postcard(live).edition
        closed = postcard(replace(live, at=january + timedelta(days=21)))
        assert closed.answers == "5 answers"
        assert closed == postcard(replace(live, at=january + timedelta(days=99)))


def test_sixty_statements_change_nothing_of_the_main_picture(db: None) -> None:
    said = [f"La maire a dit {number} fois non." for number in range(3, 61)]
    article = make_article(body="\n\n".join([BODY, *said]))
    for number, text in enumerate(said, start=3):
        Statement.objects.create(
            article=article, number=number, text=text, form="reported", speaker="X", source_name="Y"
        )
    make_response(make_survey(article), answers={"credible": "1", "s60-credible": "5"})
    assert len(postcard(figures()).scales) == 2
    assert misplaced(layout(postcard(figures(), article.statements.get(number=60)))) == []


def test_a_quotation_has_marks_only_where_it_is_verbatim(survey: Survey) -> None:
    make_response(survey, answers={"s1-credible": "1", "s2-relevant": "4"})
    found = figures()
    first, second = (
        [mark.text for mark in layout(postcard(found, statement)).texts]
        for statement in Statement.objects.order_by("number")
    )
    assert "«\u00a0Le pont sera gratuit\u00a0»" in first
    assert "Personne ne dit qui paiera." in second
    assert "La maire" in " ".join(first)
    assert "«" not in " ".join(second)


def test_a_quotation_that_is_cut_says_so_between_brackets(survey: Survey) -> None:
    statement = Statement.objects.get(number=1)
    statement.text = "Nous le construirons, coûte que coûte. " * 15
    texts = [mark.text for mark in layout(postcard(answered(survey), statement)).texts]
    assert any(text.endswith(" […]\u00a0»") for text in texts)


def test_simulated_readers_are_named_on_the_picture_and_in_its_text(survey: Survey) -> None:
    before = answered(survey)
    Survey.objects.update(simulated=True)
    after = figures()
    with override("en"):
        assert "Simulated readers" not in " ".join(_drawn(before))
        assert "Simulated readers" in " ".join(_drawn(after))
        assert "Simulated readers." in alternative_text(after)
        assert "Simulated readers." not in alternative_text(before)
    assert png(after) != png(before)


def _drawn(found: Results) -> list[str]:
    return [mark.text for mark in layout(postcard(found)).texts]


def test_before_the_first_answer_the_picture_says_so(survey: Survey) -> None:
    with override("en"):
        assert "Nobody has answered yet." in _drawn(figures())
        assert "Nobody has answered yet." in alternative_text(figures())
    assert Reader().get(PICTURE).status_code == 200
    assert Reader().get(FIRST).status_code == 404


def test_a_line_never_breaks_before_the_marks_of_french() -> None:
    text = f"Est-ce vrai{NARROW}? Et cela ? «\u00a0Oui\u00a0» dit-il ; « non » aussi : 53 %."
    for room in range(200, 600, 7):
        for line in typeset.fit(
            typeset.printable(text), "bold", room=room, sizes=[30], lines=99
        ).lines:
            assert not re.match(r"[?!;:»%]", line)
            assert not line.endswith("«")


def test_what_the_face_cannot_draw_gives_way() -> None:
    assert typeset.printable("Et 😀 vous \u202e!") == "Et vous\u00a0!"
    assert typeset.printable("ﬁn ①") == "ﬁn 1"
    assert typeset.printable("Путин") == ""
    assert (
        typeset.printable("œuvre – «\u00a0à 53\u202f%\u00a0»")
        == "œuvre – «\u00a0à 53\u202f%\u00a0»"
    )
