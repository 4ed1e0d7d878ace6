"""The benchmarks' arithmetic; what they measure is measured by `make bench`."""

import pytest

from bench.endurance import UNLIMITED, lines
from bench.lines import Line, Section, alone, ratios
from bench.load import cookie
from bench.report import budgets
from bench.servers import named, shipped


def test_the_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_medians() -> None:
    line = ratios("speed", [(10, 10), (20, 40), (90, 30)], at_least=0.9)
    assert (line.ours, line.theirs, line.ratio, line.between) == (
        "20.0",
        "30.0",
        "1.00",
        "0.50–3.00",
    )
    assert line.verdict == "kept"


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (alone("", 200, at_least=200), "kept"),
        (alone("", 199.9, at_least=200), "missed"),
        (alone("", 5, at_most=5), "kept"),
        (alone("", 5.1, at_most=5), "missed"),
        (alone("", None, at_most=5), "not measured"),
        (ratios("", [], at_most=5), "not measured"),
        (alone("", 7), ""),
    ],
)
def test_a_budget_is_kept_up_to_its_limit(line: Line, verdict: str) -> None:
    assert line.verdict == verdict


def test_the_budgets_are_counted_and_lines_without_one_left_out() -> None:
    kept, missed, free = alone("a", 1, at_most=2), alone("b", 3, at_most=2), alone("c", 3)
    table = budgets([Section("One", "", [free, kept, missed]), Section("Two", "", [free])])
    assert table.startswith("1 kept, 1 missed, 0 not measured.")
    assert [row.split("|")[1:3] for row in table.splitlines()[4:]] == [
        [" One ", " a "],
        ["  ", " b "],
    ]


def test_memory_that_grows_late_is_not_flat_and_a_first_third_that_fills_caches_is() -> None:
    filling, leaking = [50, 70, 90, *[100.0] * 6], [100.0, 100, 100, 100, 101, 102, 106, 108, 110]
    assert [lines("w", values)[0].verdict for values in (filling, leaking)] == ["kept", "missed"]
    assert lines("w", leaking)[1].ours == "+25.71"
    assert lines(UNLIMITED[0], leaking)[0].verdict == ""


def test_the_token_of_a_peers_page_is_sent_back() -> None:
    head = b"HTTP/1.1 200 OK\r\nset-cookie: csrftoken=abc; Path=/\r\ncontent-length: 1"
    assert cookie(head) == b"abc"
    assert cookie(b"HTTP/1.1 200 OK") == b""


def test_the_server_is_started_as_the_shipped_unit_starts_it() -> None:
    options, environment = shipped()
    assert options[:2] == ["--interface", "wsgi"]
    assert environment["GRANIAN_WORKERS"].isdigit()
    assert environment["GRANIAN_BLOCKING_THREADS"].isdigit()


def test_another_database_of_the_same_server_keeps_its_socket() -> None:
    url = "postgres://survey@:5432/postgres?host=/tmp/here"
    assert named(url, "copy") == "postgres://survey@:5432/copy?host=/tmp/here"
