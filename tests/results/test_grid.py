from polls.lib.caching import forget
from polls.models import Survey, current_edition
from polls.results.grid import BESIDE, FEWEST, Grid, Place, grid, numbered
from polls.results.queries import results
from tests.factories import make_response
from tests.reader import Reader


def drawn(survey: Survey) -> Grid | None:
    forget()
    edition = current_edition(survey.article.slug)
    assert edition
    return grid(results(edition), [1, 2])


def rated(survey: Survey, credible: str, relevant: str, times: int) -> None:
    for _ in range(times):
        make_response(survey, answers={"s1-credible": credible, "s1-relevant": relevant})


def test_a_place_is_the_share_above_the_middle_on_each_scale(survey: Survey) -> None:
    rated(survey, "1", "5", 20)
    rated(survey, "4", "3", 10)
    rated(survey, "none", "none", 7)
    found = drawn(survey)
    assert found
    (place,) = found.places
    assert (place.number, place.credible, place.relevant) == (1, 10 / 30, 20 / 30)
    assert (place.x, place.y) == (33.33, 33.33)
    assert (place.credible_opinions, place.relevant_opinions) == (30, 30)


def test_a_handful_of_opinions_places_nothing(survey: Survey) -> None:
    rated(survey, "5", "5", FEWEST - 1)
    rated(survey, "none", "5", 50)
    found = drawn(survey)
    assert found
    assert found.places == ()
    assert found.waiting == (1,)
    assert "<circle" not in Reader().get("/articles/pont/results/").content.decode()


def test_a_judgement_is_asked_one_way_and_has_no_place(survey: Survey) -> None:
    rated(survey, "5", "5", FEWEST)
    found = drawn(survey)
    assert found
    assert [place.number for place in found.places] == [1]
    page = Reader().get("/articles/pont/results/").content.decode()
    assert page.count("<circle") == 1
    assert 'href="/articles/pont/#statement-1"' in page


def test_a_survey_without_statements_has_no_grid(survey: Survey) -> None:
    edition = current_edition("pont")
    assert edition
    assert grid(results(edition), []) is None


def sides(*shares: tuple[float, float]) -> list[tuple[int, int]]:
    places = [Place(index, *share, 30, 30) for index, share in enumerate(shares, 1)]
    return [place.beside for place in numbered(places)]


def test_a_number_stands_right_of_its_point_where_there_is_room() -> None:
    assert sides((0.3, 0.3), (0.7, 0.7)) == [BESIDE[0], BESIDE[0]]


def test_the_numbers_of_two_statements_at_one_place_stand_apart() -> None:
    first, second = sides((0.5, 0.5), (0.5, 0.5))
    assert first != second


def test_a_number_stays_within_the_picture() -> None:
    ((right, _up), (_right, above)) = sides((1, 0.5), (0.5, 0))
    assert right < 0
    assert above <= 5
