"""How long the second `make run` takes until it answers. The first fills the database."""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.lines import Section, alone
from bench.servers import OUT, ROOT, bare_environment, free_port

SECONDS, PATIENCE = 5, 120


def measure(rounds: int) -> list[float]:
    """Seconds of every start after the first."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT) as place:
        database = f"sqlite:///{Path(place) / 'run.sqlite3'}"
        print("make run", flush=True)
        return [start(database) for _ in range(rounds + 1)][1:]


def start(database: str) -> float:
    port = free_port()
    environment = bare_environment() | {"DATABASE_URL": database, "PORT": str(port)}
    # `make bench` runs this, and would pass its own options on.
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        environment.pop(name, None)
    begun = time.perf_counter()
    with (OUT / "run.log").open("wb") as log:
        process = subprocess.Popen(
            ["make", "run", f"PYTHON={sys.executable}"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        while not answers(port):
            if process.poll() is not None or time.perf_counter() > begun + PATIENCE:
                raise SystemExit(f"`make run` did not answer: see {OUT / 'run.log'}")
            time.sleep(0.02)
        return time.perf_counter() - begun
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def section(seconds: list[float]) -> Section:
    name = "second `make run` until it answers, s"
    return Section(
        title="Start",
        text="In this environment, on a database of its own that the first `make run` has filled;"
        f" median of {len(seconds)}.",
        lines=[alone(name, median(seconds), "s", at_most=SECONDS)],
    )
