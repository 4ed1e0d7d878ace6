"""The real server with two processes: whichever is asked tells of both, and of one that died."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

from tests.test_metrics import read
from tests.test_settings import PRODUCTION, ROOT


@contextlib.contextmanager
def two_workers(folder: Path) -> Iterator[str]:
    """The address of the site under the real server with two processes, and no table at all."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        **PRODUCTION,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder / 'empty.sqlite3'}",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--respawn-failed-workers"]
    command += ["--respawn-interval", "0.1"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "surveysite.wsgi:application"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def fetched(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def until(happens: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_scrape_tells_the_sum_of_two_workers_also_after_one_was_killed(tmp_path: Path) -> None:
    asked = 0
    route = "surveysite.health.livez"
    key = ("survey_http_requests_total", (("code", "200"), ("route", route)))

    def pids() -> set[int]:
        files = (tmp_path / "metrics").glob("counter_*.db")
        return {int(file.stem.partition("_")[2]) for file in files if route in file.read_text(
            encoding="latin-1")}  # fmt: skip

    def all_have_answered(address: str, number: int) -> bool:
        nonlocal asked
        with contextlib.suppress(URLError, ConnectionError):
            asked += fetched(f"{address}/livez") == "ok\n"
        return len(pids()) == number

    with two_workers(tmp_path) as address:
        until(lambda: all_have_answered(address, 2))
        before = read(fetched(f"{address}/metrics"))
        assert before[key] == asked
        assert before["survey_database_up", ()] == 0  # it has no table
        os.kill(min(pids()), signal.SIGKILL)
        until(lambda: all_have_answered(address, 3))
        assert read(fetched(f"{address}/metrics"))[key] == asked
