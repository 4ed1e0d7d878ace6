import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

from tools import environment


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A project with both locks, as pip isn't reached: what is asked of it is recorded."""
    (tmp_path / environment.USE).write_text("one")
    (tmp_path / environment.DEVELOPMENT).write_text("one and two")
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    def make(root: Path) -> None:
        asked.append("venv")
        shutil.rmtree(root / ".venv", ignore_errors=True)  # as `venv --clear` does
        python = root / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)

    monkeypatch.setattr(environment, "make_environment", make)
    monkeypatch.setattr(environment, "install", lambda python, lock: asked.append(lock.name))
    return asked


def test_a_fresh_clone_gets_an_environment_and_the_lock(clone: Path, asked: list[str]) -> None:
    assert environment.ready(environment.USE, clone) == clone / ".venv" / "bin" / "python"
    assert asked == ["venv", environment.USE]


def test_the_second_time_nothing_is_done(clone: Path, asked: list[str]) -> None:
    environment.ready(environment.USE, clone)
    asked.clear()
    environment.ready(environment.USE, clone)
    assert asked == []


def test_a_changed_lock_is_installed(clone: Path, asked: list[str]) -> None:
    environment.ready(environment.USE, clone)
    asked.clear()
    (clone / environment.USE).write_text("another one")
    environment.ready(environment.USE, clone)
    assert asked == [environment.USE]


def test_running_after_testing_installs_nothing_more(clone: Path, asked: list[str]) -> None:
    environment.ready(environment.DEVELOPMENT, clone)
    asked.clear()
    environment.ready(environment.USE, clone)
    assert asked == []


def test_testing_after_running_another_version_installs_again(
    clone: Path, asked: list[str]
) -> None:
    environment.ready(environment.DEVELOPMENT, clone)
    (clone / environment.USE).write_text("another one")
    environment.ready(environment.USE, clone)
    (clone / environment.USE).write_text("one")
    asked.clear()
    environment.ready(environment.DEVELOPMENT, clone)
    assert asked == [environment.DEVELOPMENT]


def test_an_interrupted_installation_is_repeated(
    clone: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.ready(environment.USE, clone)
    (clone / environment.USE).write_text("another one")
    with monkeypatch.context() as broken:
        broken.setattr(environment, "install", lambda python, lock: sys.exit("no network"))
        with pytest.raises(SystemExit, match="no network"):
            environment.ready(environment.USE, clone)
    (clone / environment.USE).write_text("one")  # even back at what was there before
    asked.clear()
    environment.ready(environment.USE, clone)
    assert asked == [environment.USE]


def test_an_environment_whose_python_was_removed_is_made_anew(
    clone: Path, asked: list[str]
) -> None:
    python = environment.ready(environment.USE, clone)
    python.unlink()
    python.symlink_to(clone / "python3.10-that-was-upgraded-away")
    asked.clear()
    environment.ready(environment.USE, clone)
    assert asked == ["venv", environment.USE]


def test_a_python_without_ensurepip_says_which_package_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object()
    )
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        environment.make_environment(tmp_path)
    assert not (tmp_path / ".venv").exists()


def test_a_lock_that_pip_refuses_ends_with_a_sentence(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("./no-such-package\n")
    with pytest.raises(SystemExit, match=r"requirements\.lock could not be installed"):
        environment.install(Path(sys.executable), lock)
