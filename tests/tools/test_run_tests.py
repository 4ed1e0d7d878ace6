import pytest

from tools.run_tests import (
    BROWSER_LEFT_OUT,
    POSTGRES_LEFT_OUT,
    Run,
    carry_out,
    plan,
    plan_of_faults,
    summary,
)


def test_everything_runs_on_both_databases_and_in_the_browser_once() -> None:
    runs, left_out = plan(browser=True, postgres=True)
    assert [(run.database, run.markers) for run in runs] == [
        ("SQLite", "not postgres and not faults"),
        ("PostgreSQL", "not browser and not faults"),
    ]
    assert left_out == []


def test_without_chromium_the_browser_tests_are_left_out_by_name() -> None:
    runs, left_out = plan(browser=False, postgres=True)
    assert all("not browser" in run.markers for run in runs)
    assert left_out == [BROWSER_LEFT_OUT]


def test_without_a_database_server_sqlite_alone_is_tested() -> None:
    runs, left_out = plan(browser=True, postgres=False)
    assert [run.database for run in runs] == ["SQLite"]
    assert left_out == [POSTGRES_LEFT_OUT]


def test_faults_are_tried_on_both_databases_one_after_the_other() -> None:
    runs, left_out = plan_of_faults(postgres=True)
    assert [(run.database, run.markers, run.processes) for run in runs] == [
        ("SQLite", "faults and not postgres", "0"),
        ("PostgreSQL", "faults", "0"),
    ]
    assert left_out == []
    assert plan_of_faults(postgres=False)[1] == [POSTGRES_LEFT_OUT]


@pytest.mark.parametrize(
    ("results", "left_out", "ci", "code"),
    [
        ({"SQLite": True, "PostgreSQL": True}, [], True, 0),
        ({"SQLite": True}, [POSTGRES_LEFT_OUT], False, 0),
        ({"SQLite": True}, [POSTGRES_LEFT_OUT], True, 1),
        ({"SQLite": False, "PostgreSQL": True}, [], False, 1),
        ({"SQLite": True, "PostgreSQL": False}, [BROWSER_LEFT_OUT], False, 1),
    ],
)
def test_it_fails_when_a_run_failed_or_ci_left_something_out(
    results: dict[str, bool], left_out: list[str], ci: bool, code: int
) -> None:
    assert summary(results, left_out, ci=ci)[1] == code


def test_the_summary_names_each_database_and_what_was_left_out() -> None:
    text, _ = summary({"SQLite": True, "PostgreSQL": False}, [BROWSER_LEFT_OUT], ci=True)
    assert text.splitlines() == [
        "SQLite: passed",
        "PostgreSQL: FAILED",
        f"Left out: {BROWSER_LEFT_OUT}",
        "FAILED: with CI=true nothing may be left out.",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "passed"),
    [
        ([], 0, True),
        ([], 1, False),
        ([], pytest.ExitCode.NO_TESTS_COLLECTED, False),
        (["tests/browser"], pytest.ExitCode.NO_TESTS_COLLECTED, True),
        (["tests/browser"], 1, False),
    ],
)
def test_a_run_without_tests_passes_only_when_tests_were_chosen(
    arguments: list[str], code: int, passed: bool
) -> None:
    run = Run("SQLite", "not postgres", lambda command, environment: code)
    assert carry_out(run, arguments, {}) is passed
