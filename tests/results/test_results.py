import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import Opinion, Survey, current_edition
from polls.moderation.services import Action, decide
from polls.results.pages import results_page
from polls.results.pictures import bar, choice_bars, reach
from polls.results.queries import ItemResult, opinions, results
from tests.factories import make_draft, make_question, make_response, make_staff, make_survey
from tests.reader import Reader, headers_of

PAGE, JSON = "/articles/pont/results/", "/api/v1/surveys/pont/results.json"


def item(survey: Survey, key: str) -> ItemResult:
    forget()
    edition = current_edition(survey.article.slug)
    assert edition
    return next(item for item in results(edition).items if item.key == key)


def answered(survey: Survey, *choices: str) -> None:
    for choice in choices:
        make_response(survey, answers={"credible": choice} if choice else {"relevant": "1"})


def test_shares_are_of_those_with_an_opinion_and_of_all(survey: Survey) -> None:
    answered(survey, "1", "2", "2", "5", "none", "none", "")
    found = item(survey, "credible")
    counts = {choice.key: choice.count for choice in found.choices}
    assert counts == {"1": 1, "2": 2, "3": 0, "4": 0, "5": 1, "none": 2}
    shares = {choice.key: choice.share for choice in found.choices}
    assert shares == {"1": 0.25, "2": 0.5, "3": 0.0, "4": 0.0, "5": 0.25, "none": None}
    assert found.choices[-1].share_of_all == 2 / 7
    assert (found.answered, found.with_opinion, found.no_opinion) == (6, 4, 2)
    assert found.not_answered == 1
    assert found.sides == (0.75, 0.0, 0.25)
    assert found.median == found.choices[1]


def test_nothing_answered_has_no_share(survey: Survey) -> None:
    answered(survey, "none")
    found = item(survey, "credible")
    assert found.sides is None
    assert found.median is None
    assert all(choice.share is None for choice in found.choices)


def test_multiple_choice_is_counted_per_option_on_those_who_answered(db: None) -> None:
    survey = make_draft()
    make_question(survey, "media", "multiple", "press radio web")
    Survey.objects.update(status="published", published_at=timezone.now())
    make_response(survey, answers={"media": ["press", "web"]})
    make_response(survey, answers={"media": ["press"]})
    make_response(survey, answers={"credible": "1"})
    found = item(survey, "media")
    assert [(choice.key, choice.count, choice.share) for choice in found.choices] == [
        ("press", 2, 1.0),
        ("radio", 0, 0.0),
        ("web", 1, 0.5),
    ]
    assert found.not_answered == 1
    drawn = choice_bars(found)
    assert drawn
    assert [(row.label, row.width) for row in drawn.rows] == [
        ("Press", 100.0),
        ("Radio", 0.0),
        ("Web", 50.0),
    ]
    page = Reader().get(PAGE).content.decode()
    assert 'class="bars"' in page
    assert 'width="50.00%"' in page


def test_the_page_and_the_json_show_the_same_figures(survey: Survey, reader: Reader) -> None:
    answered(survey, "1", "2", "2", "none", "")
    data = json.loads(reader.get(JSON).content)
    assert data["respondents"] == 5
    assert data["representative"] is False
    first = data["items"][0]
    assert (first["key"], first["kind"]) == ("credible", "scale")
    assert {choice["key"]: choice["count"] for choice in first["choices"]} == {
        "1": 1, "2": 2, "3": 0, "4": 0, "5": 0, "none": 1,
    }  # fmt: skip
    assert set(first["choices"][0]) >= {"key", "label", "count", "share"}
    edition = current_edition("pont")
    assert edition
    drawn = results_page(edition, results(edition), opinions(edition))["figures"][0]
    for shown, told in zip(drawn.item.choices, first["choices"], strict=True):
        assert (shown.count, shown.share, shown.label) == (
            told["count"], told["share"], told["label"],
        )  # fmt: skip


def test_the_page_says_what_the_figures_are_not(survey: Survey, reader: Reader) -> None:
    answered(survey, "1")
    page = reader.get(PAGE).content.decode()
    assert page.count('class="notice"') == 1
    assert "<svg" in page
    assert "<table" in page
    assert "Le budget prévoit un péage." in page  # what is known stands beside


def test_before_the_first_answer_the_page_says_so(survey: Survey, reader: Reader) -> None:
    page = reader.get(PAGE)
    assert page.status_code == 200
    assert "<svg" not in page.content.decode()


@pytest.mark.parametrize(
    ("results_rule", "anybody", "answered_reader", "once_closed"),
    [
        ("always", 200, 200, 200),
        ("after_answering", 404, 200, 200),
        ("after_closing", 404, 404, 200),
        ("staff", 404, 404, 404),
    ],
)
def test_who_sees_results_is_the_editors_rule_at_every_door(
    db: None, results_rule: str, anybody: int, answered_reader: int, once_closed: int
) -> None:
    survey = make_survey(results=results_rule)
    reader = Reader()
    reader.answer()
    for door in (PAGE, JSON):
        assert Reader().get(door).status_code == anybody
        seen = reader.get(door)
        assert seen.status_code == answered_reader
        if results_rule == "after_answering":
            assert seen["Cache-Control"] == "private, no-store"
            assert "ETag" not in seen
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    forget()
    for door in (PAGE, JSON):
        assert Reader().get(door).status_code == once_closed
    assert survey.results == results_rule


@pytest.mark.parametrize("cookie", ["1", "x", "0" * 64])
def test_a_cookie_that_we_did_not_make_opens_nothing(db: None, cookie: str) -> None:
    survey = make_survey(results="after_answering")
    make_response(survey)
    stranger = Reader()
    stranger.cookies[f"answered-{survey.pk}"] = cookie
    for door in (PAGE, JSON):
        assert stranger.get(door).status_code == 404


def test_who_has_withdrawn_no_longer_sees(db: None) -> None:
    survey = make_survey(results="after_answering")
    make_response(survey)
    reader = Reader()
    reader.answer()
    kept = reader.cookies[f"answered-{survey.pk}"].value
    assert reader.get(PAGE).status_code == 200
    reader.send("/receipts/withdraw/")
    reader.cookies[f"answered-{survey.pk}"] = kept
    assert reader.get(PAGE).status_code == 404


def test_the_receipt_leads_to_results_only_where_they_are_shown(db: None) -> None:
    survey = make_survey(results="after_answering", results_from=2)
    reader, link = Reader(), "/articles/pont/results/"
    reader.answer()
    code = reader.code
    assert link not in reader.get("/receipts/").content.decode()
    make_response(survey)
    forget()
    assert link in reader.get("/receipts/").content.decode()
    elsewhere = Reader()
    elsewhere.send("/receipts/", {"code": code})
    assert link not in elsewhere.get("/receipts/").content.decode()


def test_a_refusal_is_the_same_as_for_a_page_that_is_not_there(db: None) -> None:
    make_survey(results="staff")
    for door in (PAGE, JSON):
        hidden, nothing = Reader().get(door), Reader().get(door.replace("pont", "rien"))
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.content == nothing.content
        assert headers_of(hidden) == headers_of(nothing)


def test_results_wait_for_the_number_that_the_editor_set(db: None) -> None:
    survey = make_survey(results_from=3)
    answered(survey, "1", "2")
    assert Reader().get(PAGE).status_code == 404
    assert "/articles/pont/results/" not in Reader().get("/articles/pont/").content.decode()
    answered(survey, "3")
    forget()
    assert Reader().get(PAGE).status_code == 200
    assert "/articles/pont/results/" in Reader().get("/articles/pont/").content.decode()


def test_results_cost_as_much_at_sixty_answers_as_at_three(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    for size in (3, 60):
        for n in range(size):
            make_response(survey, f"Avis {n}", show_ratings=True)
        Opinion.objects.update(status="published")
        forget()
        current_edition("pont")
        with django_assert_num_queries(3):
            assert Reader().get(PAGE).status_code == 200


def test_the_page_is_drawn_anew_only_when_something_on_it_has_changed(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def draw(*args: Any) -> dict[str, Any]:
        drawn.append(args)
        return results_page(*args)

    monkeypatch.setattr("polls.results.views.results_page", draw)
    now = timezone.now().replace(second=10)
    monkeypatch.setattr("polls.results.queries.timezone.now", lambda: now)
    make_response(survey, "Avis.")

    def draws() -> int:
        drawn.clear()
        for _ in range(2):
            assert Reader().get(PAGE).status_code == 200
        return len(drawn)

    assert (draws(), draws()) == (1, 0)
    make_response(survey)
    assert draws() == 1
    Opinion.objects.update(status="published")
    assert draws() == 1
    assert "Avis." in Reader().get(PAGE).content.decode()
    Opinion.objects.update(status="rejected")
    assert draws() == 1
    assert "Avis." not in Reader().get(PAGE).content.decode()
    now += timedelta(minutes=1)
    assert draws() == 1


def test_opinions_come_in_pages_in_a_stable_random_order(survey: Survey) -> None:
    for n in range(45):
        make_response(survey, f"Avis n{n:02}.")
    Opinion.objects.update(status="published")
    pages = [Reader().get(f"{PAGE}?page={n}").content.decode() for n in (1, 2, 3)]
    seen = [[n for n in range(45) if f"Avis n{n:02}." in page] for page in pages]
    assert [len(part) for part in seen] == [20, 20, 5]
    assert sorted(n for part in seen for n in part) == list(range(45))
    assert seen[0] != list(range(20))
    assert Reader().get(f"{PAGE}?page=2").content.decode().count("Avis n") == 20


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "²", "9" * 400, "1.5", ""])
def test_a_page_that_is_not_there_is_a_404(survey: Survey, number: str) -> None:
    assert Reader().get(f"{PAGE}?page={number}").status_code == 404


def test_ratings_stand_beside_a_text_only_where_its_author_agreed(survey: Survey) -> None:
    make_response(survey, "Avec.", show_ratings=True, answers={"credible": "1", "relevant": "5"})
    make_response(survey, "Sans.", answers={"credible": "5", "relevant": "1"})
    Opinion.objects.update(status="published")
    opinions = Reader().get(PAGE).content.decode().split('class="opinion"')[1:]
    beside = {("Avec." in text): "<footer>" in text.split("</article>")[0] for text in opinions}
    assert beside == {True: True, False: False}


def test_no_opinion_is_not_said_beside_a_text(survey: Survey) -> None:
    for relevant in ("none", "5"):
        answers = {"credible": "none", "relevant": relevant}
        make_response(survey, f"Avec {relevant}.", show_ratings=True, answers=answers)
    Opinion.objects.update(status="published")
    edition = current_edition("pont")
    assert edition
    said = {opinion.text: opinion.ratings for opinion in opinions(edition).opinions}
    assert said == {"Avec none.": (), "Avec 5.": ("Tout à fait pertinentes",)}


def test_an_opinion_cannot_bring_markup_to_the_page(survey: Survey) -> None:
    make_response(survey, "<img src=x onerror=alert(1)>\"'<script>")
    Opinion.objects.update(status="published")
    page = Reader().get(PAGE).content.decode()
    assert "<img" not in page
    assert "<script>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_figures_of_simulated_readers_say_so(survey: Survey, reader: Reader) -> None:
    answered(survey, "1")
    assert "notice simulated" not in reader.get(PAGE).content.decode()
    Survey.objects.update(simulated=True)  # and this process doesn't know it yet
    assert "notice simulated" in reader.get(PAGE).content.decode()
    assert json.loads(reader.get(JSON).content)["simulated"] is True


def test_the_bars_of_a_page_share_their_reach_and_stand_on_the_middle(survey: Survey) -> None:
    answered(survey, "1", "1", "2", "3", "4")
    found = item(survey, "credible")
    drawn = bar(found, reach([found]))
    assert drawn
    first, second, middle, above = drawn.segments
    assert middle.x + middle.width / 2 == pytest.approx(50, abs=0.02)
    assert first.x == pytest.approx(0, abs=0.02)  # the longest side reaches the edge
    assert first.width == pytest.approx(2 * second.width, abs=0.02)
    assert above.x + above.width <= 100
    assert [segment.tone for segment in drawn.segments] == ["no2", "no1", "mid", "yes1"]


def test_public_results_are_kept_by_shared_caches_alone_and_for_less_than_a_minute(
    survey: Survey, reader: Reader
) -> None:
    response = reader.get(PAGE)
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=20"
    assert "Vary" not in response
    assert not response.cookies


def test_moderation_moves_texts_and_never_figures(survey: Survey, reader: Reader) -> None:
    opinions = [make_response(survey, f"Avis {n}.").opinion for n in range(3)]
    before = json.loads(reader.get(JSON).content)
    decide(
        versions={opinion.pk: 1 for opinion in opinions},
        action=Action.PUBLISH,
        moderator=make_staff("moderator"),
    )
    after = json.loads(reader.get(JSON).content)
    assert after == before
    assert reader.get(PAGE).content.decode().count('class="opinion"') == 3
