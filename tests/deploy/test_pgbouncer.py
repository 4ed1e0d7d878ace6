"""PgBouncer as shipped, in transaction mode: what the site does goes through it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from .pooling import TRANSACTIONS, pooled
from .running import ROOT

MANY = 5000  # of through_pool


@pytest.fixture
def pool(database: str, directory: Path) -> Iterator[str]:
    """Its address, as site.env has it."""
    with pooled(directory / "pool", database) as address:
        yield address


def connected(pool: str) -> "psycopg2.extensions.connection":
    host = pool.partition("host=")[2]
    found = psycopg2.connect(host=host, port=6432, user="survey", dbname="survey")
    found.autocommit = True
    return found


def asked(connection: "psycopg2.extensions.connection", sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchone()
        return found[0] if found else None


def test_the_site_works_through_it(pool: str, environment: dict[str, str], tmp_path: Path) -> None:
    settings = environment | {"DATABASE_URL": pool, "SECOND_FACTOR": "false"}
    settings |= {"EXPORT_WORKER": "true", "EXPORTS_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "tests.deploy.through_pool"]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == {
        "submitted": 303,
        # Each as of one moment: who answered meanwhile isn't in it. CSV has a line of names.
        "csv": [MANY + 2, 303],
        "jsonl": [MANY + 2, 303],
        "left": MANY + 4,
        "queue": 200,
        "decided": "published",
        "prepared": ["done"],
        "differences": 0,
    }


def test_many_share_few_connections(pool: str) -> None:
    readers = [connected(pool) for _ in range(20)]
    servers = {asked(reader, "SELECT pg_backend_pid()") for reader in readers}
    assert 1 <= len(servers) <= TRANSACTIONS
    for reader in readers:
        reader.close()


def test_what_a_session_sets_does_not_reach_another_ones_transaction(pool: str) -> None:
    """Django sets the time zone of its connections: PgBouncer sees to it that it stays theirs."""
    here, there = connected(pool), connected(pool)
    asked(here, "SELECT set_config('TimeZone', 'UTC', false)")
    asked(there, "SELECT set_config('TimeZone', 'Asia/Tokyo', false)")
    for _ in range(3):
        assert asked(here, "SHOW TimeZone") == "UTC"
        assert asked(there, "SHOW TimeZone") == "Asia/Tokyo"
    here.close()
    there.close()
