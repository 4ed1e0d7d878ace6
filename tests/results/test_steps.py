from collections.abc import Callable
from threading import Event, Thread

import pytest

from polls.lib.caching import forget
from polls.results.comparisons import steps
from polls.results.comparisons.steps import STEP, kept_in_steps


class Maker:
    """Counts how often it is asked, and can be held up."""

    def __init__(self) -> None:
        self.asked = 0
        self.begun, self.may_end = Event(), Event()
        self.may_end.set()

    def __call__(self) -> int:
        self.asked += 1
        self.begun.set()
        assert self.may_end.wait(5)
        return self.asked


def in_thread(look: Callable[[], int]) -> tuple[Thread, list[int]]:
    found: list[int] = []
    thread = Thread(target=lambda: found.append(look()))
    thread.start()
    return thread, found


def test_a_value_stands_until_five_more_or_fewer_are_counted() -> None:
    make = Maker()
    looks = [kept_in_steps("a", 100 + more, make) for more in (0, STEP - 1, 1 - STEP, STEP, STEP)]
    assert looks == [1, 1, 1, 2, 2]
    assert kept_in_steps("a", 100, make) == 3


def test_each_question_has_its_own_value() -> None:
    assert kept_in_steps("a", 1, lambda: "one") == "one"
    assert kept_in_steps("b", 1, lambda: "other") == "other"


def test_while_one_makes_the_first_value_the_others_wait_for_it() -> None:
    make = Maker()
    make.may_end.clear()
    first, one = in_thread(lambda: kept_in_steps("a", 10, make))
    assert make.begun.wait(5)
    second, other = in_thread(lambda: kept_in_steps("a", 10, make))
    second.join(0.1)
    assert other == []
    make.may_end.set()
    first.join(5)
    second.join(5)
    assert (one, other, make.asked) == ([1], [1], 1)


def test_while_one_makes_a_newer_value_the_others_get_the_old_one() -> None:
    make = Maker()
    kept_in_steps("a", 10, make)
    make.begun.clear()
    make.may_end.clear()
    first, one = in_thread(lambda: kept_in_steps("a", 20, make))
    assert make.begun.wait(5)
    assert kept_in_steps("a", 20, make) == 1
    make.may_end.set()
    first.join(5)
    assert one == [2]
    assert kept_in_steps("a", 20, make) == 2


def test_a_failure_is_not_kept_and_holds_nobody_up() -> None:
    def fail() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kept_in_steps("a", 10, fail)
    assert kept_in_steps("a", 10, lambda: 7) == 7


def test_what_was_begun_before_everything_was_forgotten_is_not_kept() -> None:
    make = Maker()
    make.may_end.clear()
    first, one = in_thread(lambda: kept_in_steps("a", 10, make))
    assert make.begun.wait(5)
    forget()
    make.may_end.set()
    first.join(5)
    assert one == [1]
    assert kept_in_steps("a", 10, make) == 2


def test_the_memory_is_bounded() -> None:
    for number in range(1000):
        kept_in_steps(number, 1, lambda: 0)
    assert len(steps._kept) == steps._kept.maxsize < 1000
