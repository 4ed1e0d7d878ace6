"""Start the site with every state, in a process and on a database of its own."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


@dataclass(frozen=True)
class Site:
    """`places`: by language (and `sessions`), where each state is."""

    url: str
    places: dict[str, dict[str, str]]


class NotStarted(Exception):
    """The site's process ended, or took too long."""


@contextmanager
def served() -> Iterator[Site]:
    """The site on a free port of loopback, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        url, places = f"http://127.0.0.1:{(port := free_port())}", Path(folder, "places.json")
        environment = os.environ | {
            "DEBUG": "true",
            "SECOND_FACTOR": "false",
            "DATABASE_URL": f"sqlite:///{folder}/pages.sqlite3",
            "EXPORTS_DIR": f"{folder}/exports",
            "PUBLIC_ORIGINS": url,
            "DJANGO_SETTINGS_MODULE": "surveysite.settings",
            "LOG_LEVEL": "ERROR",
            # Much is looked at in a short time, by one reader.
            "RATE_ANSWERS_FLAGGED": "100000",
            "RATE_ANSWERS_REFUSED": "100000",
            "RATE_LETTERS": "100000",
        }
        command = [sys.executable, "-m", "tools.pages.server", str(port), str(places)]
        with Path(folder, "log").open("w+b") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                _wait(process, url, Path(folder, "log"))
                yield Site(url, json.loads(places.read_text(encoding="utf-8")))
            finally:
                process.terminate()
                process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/livez").close()  # noqa: S310  (ours, on loopback)
            return
        except OSError:
            time.sleep(0.2)
    raise NotStarted(log.read_text(encoding="utf-8")[-2000:])
