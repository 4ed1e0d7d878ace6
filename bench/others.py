"""The peers: other surveys for Django, under the same server and beside the same PostgreSQL.

Their environment is made once and kept in bench/out/; each has a database of its own.
"""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qs, urlsplit

from bench.servers import (
    OUT,
    ROOT,
    Project,
    bare_environment,
    execute,
    free_port,
    manage,
    named,
    query,
)
from tools import environment

LOCK = ROOT / "bench" / "peers" / "requirements.lock"
# Where each puts a response and, in as many rows as there are questions, its answers.
TABLES = {
    "django-form-surveys": ("djf_surveys_useranswer", "djf_surveys_answer"),
    "django-survey-and-report": ("survey_response", "survey_answer"),
}
QUESTIONS = OUT / "questions.json"


def peers(url: str) -> list[Project]:
    """Each with the application's questions (`bench.payloads` has written them), to be served."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(partial(prepared, url, python()), TABLES))


def python() -> str:
    """That of the peers' environment, made where it isn't there or the lock has changed."""
    return str(environment.ready(str(LOCK), OUT / "peers"))


def prepared(url: str, program: str, name: str) -> Project:
    execute(url, f'CREATE DATABASE "{name}"')
    settings = bare_environment() | {
        "BENCH_PEER": name,
        "BENCH_HOST": parse_qs(urlsplit(url).query)["host"][0],
        "DJANGO_SETTINGS_MODULE": "bench.peers.settings",
        "PYTHONWARNINGS": "ignore",  # one misses a package that it draws with
    }
    bodies = OUT / f"bodies-{name}.txt"
    site = Project(
        name=name,
        target="bench.peers.wsgi:application",
        page="",
        post="",
        port=free_port(),
        environment=settings,
        python=program,
        bodies=bodies,
    )
    manage(site, "migrate", "--verbosity", "0")
    files = (str(QUESTIONS), str(OUT / "bodies.txt"), str(bodies))
    done = subprocess.run(
        [program, "-m", "bench.peers.prepare", *files],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return replace(site, page=done.stdout.strip(), post=done.stdout.strip())


def missing(peer: Project, acknowledged: int, url: str) -> list[str]:
    """Acknowledged is stored here, too: each submission, and each of its answers."""
    problems, questions = [], len(json.loads(QUESTIONS.read_text()))
    wanted = (acknowledged, acknowledged * questions)
    for table, number in zip(TABLES[peer.name], wanted, strict=True):
        stored = query(named(url, peer.name), f"SELECT count(*) FROM {table}")
        if int(stored) != number:
            problems.append(f"{peer.name}, {table}: {number} acknowledged, {stored} stored")
    return problems
