"""PgBouncer as shipped, before a PostgreSQL of the tests'."""

import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .running import ACCOUNT, DEPLOY, adapted, owned, process, program, until

TRANSACTIONS = 2  # connections of PostgreSQL's: everybody else waits for one of them


@contextmanager
def pooled(place: Path, database: str, name: str = "postgres") -> Iterator[str]:
    """Its address, as site.env has it. `place` is made, and is gone afterwards."""
    place.mkdir()
    server = database.partition("host=")[2]
    shipped = DEPLOY / "pgbouncer"
    shutil.copy(shipped / "userlist.txt", place)
    places = {
        "host=/run/postgresql dbname=survey": f"host={server} dbname={name}",
        "/run/survey-pgbouncer": str(place),
        "/srv/survey/deploy/pgbouncer/": f"{place}/",
        # Whoever runs the tests isn't called survey.
        "auth_type = peer": "auth_type = trust",
        "default_pool_size = 20": f"default_pool_size = {TRANSACTIONS}",
    }
    ini = adapted((shipped / "pgbouncer.ini").read_text(), places)
    (place / "pgbouncer.ini").write_text(ini)
    owned(place)
    command = [program("pgbouncer"), str(place / "pgbouncer.ini")]
    (line,) = (shipped / "site.env").read_text().splitlines()
    (address,) = shlex.split(adapted(line, {"/run/survey-pgbouncer": str(place)}))
    with process(command, place / "log", **ACCOUNT):
        until((place / ".s.PGSQL.6432").exists, "PgBouncer listens")
        yield address.removeprefix("DATABASE_URL=")
    shutil.rmtree(place)
