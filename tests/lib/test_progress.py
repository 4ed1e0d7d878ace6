import pytest

from polls.lib.progress import Progress


def test_plain_lines_tell_the_progress_where_there_is_no_terminal() -> None:
    said: list[str] = []
    progress = Progress(said.append, 250_000, terminal=False)
    for done in range(0, 260_000, 600):
        progress.at(done)
    progress.close()
    assert len(said) == 9
    assert said[:2] == ["25,200 of 250,000 rows\n", "50,400 of 250,000 rows\n"]


def test_on_a_terminal_a_bar_is_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    now = iter(range(100))
    monkeypatch.setattr("polls.lib.progress.time.monotonic", lambda: next(now))
    progress = Progress(said.append, 2000, terminal=True)
    progress.at(1000)
    progress.at(2100)
    progress.close()
    assert said[0] == "\r[##########..........] 1,000 of 2,000 rows\r"
    assert said[1] == "\r[####################] 2,100 of 2,100 rows\r"
    assert said[2].strip() == ""
    assert "\n" not in "".join(said)
