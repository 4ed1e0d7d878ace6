"""That the queue is read along its indexes: the plans of PostgreSQL, with rows enough to choose."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from polls.models import Opinion, Signal
from polls.moderation import queue
from polls.moderation.queue import Filters, State
from tests.factories import make_article, make_survey

pytestmark = pytest.mark.postgres

ROWS = 30_000
FILL = """
INSERT INTO polls_opinion (public_id, survey_id, text, may_publish, show_ratings, version,
    status, signals, lane, shuffle, echo_a, echo_b,
    submitted_at, decided_at)
SELECT gen_random_uuid(), (%(surveys)s::bigint[])[1 + (n %% 60)::int / 59],
    'Le pont sera payé par ' || md5(n::text) || CASE n WHEN 17011 THEN ' xylophone' ELSE '' END,
    n %% 5 > 1 OR n %% 40 <> 0, false, 1,
    (ARRAY['pending', 'pending', 'published', 'rejected', 'held'])[1 + n %% 5],
    CASE WHEN n %% 7 = 0 THEN ' ' || (%(signals)s::text[])[1 + n / 7 %% 7] || ' ' ELSE '' END,
    CASE WHEN n %% 1000 = 1 THEN 1 ELSE 2 END, n, 0, 0, now() - n * interval '1 minute',
    CASE WHEN n %% 5 > 1 THEN now() END
FROM generate_series(1, %(rows)s) AS n
"""


@pytest.fixture
def surveys(db: None) -> list[int]:
    """Two surveys with many texts between them, one of which has few."""
    made = [make_survey().pk, make_survey(make_article("autre")).pk]
    values: dict[str, int | list[int] | list[str]] = {
        "surveys": made, "signals": Signal.values, "rows": ROWS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)
        cursor.execute("ANALYZE polls_opinion")
    return made


def plans(read: Any) -> list[str]:
    """The plan of every query that reads opinions, as PostgreSQL carries it out."""
    with CaptureQueriesContext(connection) as queries:
        read()
    found = []
    with connection.cursor() as cursor:
        for query in list(queries):
            if 'FROM "polls_opinion"' in query["sql"]:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {query['sql']}")
                found.append("\n".join(line for (line,) in cursor.fetchall()))
    assert found
    return found


def assert_along(read: Any, index: str) -> None:
    for plan in plans(read):
        assert f"using {index} " in plan, plan
        for word in ("Seq Scan", "Sort", "OFFSET"):
            assert word not in plan, plan


def place_in_the_middle(filters: Filters) -> str:
    order = queue.order_of(filters.state)
    texts = queue._with_place(queue.texts_of(filters)).order_by(*order.by())
    return queue.place_of(texts[ROWS // 10], order)


def states() -> Iterator[tuple[str, str]]:
    yield State.WAITING, "opinion_queue"
    yield State.REPORTED, "opinion_queue"
    for state in (State.HELD, State.PUBLISHED, State.REJECTED, State.WITHDRAWN):
        yield state, "opinion_state"


@pytest.mark.parametrize(("state", "index"), list(states()))
def test_a_page_of_each_state_is_read_along_its_index(
    surveys: list[int], state: str, index: str
) -> None:
    assert_along(lambda: queue.page(Filters(state=state), size=50), index)


@pytest.mark.parametrize(
    ("state", "index"),
    [(State.WAITING, "opinion_queue"), (State.PUBLISHED, "opinion_state"),
     (State.ALL, "polls_opinion_pkey")],
)  # fmt: skip
def test_a_page_deep_in_is_entered_at_its_place(surveys: list[int], state: str, index: str) -> None:
    filters = Filters(state=state)
    place = place_in_the_middle(filters)
    for way in ({"after": place}, {"before": place}):
        (plan,) = plans(lambda way=way: queue.page(filters, size=50, **way))
        condition = plan.split("Index Cond:")[1]
        assert "ROW(" in condition or "id" in condition
        assert "Rows Removed by Filter" not in plan, plan
        assert_along(lambda way=way: queue.page(filters, size=50, **way), index)


@pytest.mark.parametrize("signal", Signal.values)
def test_each_signal_has_its_index(surveys: list[int], signal: str) -> None:
    filters = Filters(signal=signal)
    assert queue.page(filters, size=50).opinions
    assert_along(lambda: queue.page(filters, size=50), f"opinion_signal_{signal}")


def test_a_survey_has_its_own_queue(surveys: list[int]) -> None:
    """The one with few texts: in the other the common queue is as good."""
    filters = Filters(survey=surveys[1])
    assert_along(lambda: queue.page(filters, size=50), "opinion_queue_of_survey")


def test_a_rare_word_is_found_by_its_letters(surveys: list[int]) -> None:
    filters = Filters(term="xylophone", state=State.ALL)
    assert len(queue.page(filters, size=50).opinions) == 1
    *near, rare = plans(lambda: queue.page(filters, size=50))
    assert "Bitmap Index Scan on opinion_search" in rare
    assert all("Seq Scan" not in plan for plan in [*near, rare])


def test_a_common_word_is_found_without_collecting_all_that_have_it(surveys: list[int]) -> None:
    filters = Filters(term="pont")
    assert len(queue.page(filters, size=50).opinions) == 50
    for plan in plans(lambda: queue.page(filters, size=50)):
        assert "opinion_search" not in plan
        assert "Seq Scan" not in plan
        assert "Sort" not in plan


def test_how_many_wait_is_counted_to_a_thousand_and_no_further(surveys: list[int]) -> None:
    assert queue.number_of(Filters()) == queue.COUNTED + 1
    (plan,) = plans(lambda: queue.number_of(Filters()))
    assert "Limit" in plan
    assert Opinion.objects.queue().count() > queue.COUNTED * 5
