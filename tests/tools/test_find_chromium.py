from pathlib import Path

import pytest

from tools.find_chromium import find_chromium


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only directory on PATH."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(path: Path) -> str:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_an_installed_browser_is_found_and_chromium_preferred(programs: Path) -> None:
    chrome = program(programs / "google-chrome")
    assert find_chromium() == chrome
    chromium = program(programs / "chromium")
    assert find_chromium() == chromium


def test_the_one_that_is_named_wins(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs / "chromium")
    mine = program(programs / "my-browser")
    monkeypatch.setenv("CHROMIUM", mine)
    assert find_chromium() == mine


@pytest.mark.parametrize("named", ["", "/nowhere/chromium"])
def test_a_wrong_name_finds_nothing_rather_than_another_browser(
    programs: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    program(programs / "chromium")
    monkeypatch.setenv("CHROMIUM", named)
    assert find_chromium() is None
