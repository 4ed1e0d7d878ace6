import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    # `make test` runs these tests, and would pass its own options on.
    ours = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ours} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_make_alone_lists_every_target_with_a_word_about_it() -> None:
    done = make()
    assert done.returncode == 0
    listed = re.findall(r"^make ([\w-]+) +\S", done.stdout, re.MULTILINE)
    targets = "help run demo test test-faults check lock messages bench audit cluster-test"
    assert listed == targets.split()


@pytest.mark.parametrize("target", ["run", "demo", "test", "check"])
def test_an_old_python_is_told_what_is_needed(target: str, tmp_path: Path) -> None:
    # A Python for which every question about its version has the answer "too old".
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make(target, f"PYTHON={old}")
    assert done.returncode != 0
    assert f"{old} is missing or older than Python 3.11." in done.stderr


def test_a_missing_python_is_told_the_same() -> None:
    done = make("run", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "no-such-python is missing or older than Python 3.11." in done.stderr


def test_a_taken_port_stops_make_run_before_anything_is_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = make("run", f"PYTHON={sys.executable}", PORT=str(port))
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.startswith(f"Port {port} is taken by another program. ")
