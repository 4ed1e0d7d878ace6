"""What a process remembers for a while, and who waits for it when it is asked anew."""

from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest

from polls.lib import caching
from polls.lib.caching import forget, kept

PATIENCE = 10  # seconds until a thread that hangs fails its test


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The time of the memory, as a list of one number to be set."""
    now = [1000.0]
    monkeypatch.setattr(caching, "monotonic", lambda: now[0])
    yield now
    forget()


class Slow:
    """A function that answers with the number of its call once it is let go on."""

    def __init__(self) -> None:
        self.calls, self.begun, self.go_on = 0, Event(), Event()

    def __call__(self) -> int:
        self.calls += 1
        number = self.calls
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        return number


def in_thread(function: Callable[[], object], found: list[object]) -> Thread:
    thread = Thread(target=lambda: found.append(function()))
    thread.start()
    return thread


def test_a_value_is_asked_for_once_in_its_time(clock: list[float]) -> None:
    slow = Slow()
    slow.go_on.set()
    ask = kept(5)(slow)
    assert [ask(), ask()] == [1, 1]
    clock[0] += 5
    assert ask() == 2


def late(clock: list[float], seconds: float) -> tuple[Slow, Callable[[], int]]:
    """A value that was asked for so long ago; whoever asks anew waits to be let go on."""
    slow = Slow()
    slow.go_on.set()
    ask = kept(5)(slow)
    ask()
    slow.go_on.clear()
    slow.begun.clear()
    clock[0] += seconds
    return slow, ask


def test_the_others_go_on_with_the_old_value_while_one_asks_anew(clock: list[float]) -> None:
    slow, ask = late(clock, 6)
    found: list[object] = []
    asking = in_thread(ask, found)
    assert slow.begun.wait(PATIENCE)
    assert ask() == 1
    slow.go_on.set()
    asking.join(PATIENCE)
    assert found == [2]
    assert ask() == 2


def test_an_old_value_is_used_no_longer_than_its_time_again(clock: list[float]) -> None:
    slow, ask = late(clock, 10)
    found: list[object] = []
    threads = [in_thread(ask, found)]
    assert slow.begun.wait(PATIENCE)
    threads.append(in_thread(ask, found))
    slow.go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == [2, 2]


def test_who_asks_first_and_fails_leaves_the_question_to_the_next(clock: list[float]) -> None:
    answers = iter([ValueError("away"), None])

    @kept(5)
    def ask() -> str:
        if problem := next(answers):
            raise problem
        return "there"

    with pytest.raises(ValueError, match="away"):
        ask()
    assert ask() == "there"


def test_a_value_of_none_is_remembered_too(clock: list[float]) -> None:
    calls = []

    @kept(5)
    def ask() -> None:
        calls.append(1)

    ask()
    ask()
    assert len(calls) == 1
