"""Many surveys in one process: `python -m bench.surveys NUMBER` prints what each of them costs.

JSON: milliseconds of processor time for a page (`first`, `again` once what was read is too old to
be used, `kept`), and the megabytes that a survey takes of the process.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

from bench.processes import held

OLD = 5.5  # seconds: a little more than `polls.lib.caching.SECONDS`


def fill(number: int) -> list[str]:
    """So many published copies of the sample; the addresses of their articles."""
    from polls import content
    from polls.composing import services
    from polls.composing.parsing import parse

    source = (Path(content.__file__).parent / "stargate-fr.md").read_text(encoding="utf-8")
    slugs = [f"survey-{n}" for n in range(number)]
    for slug in slugs:
        services.publish(survey=services.create_draft(draft=parse(source, slug=slug)))
    return [f"/articles/{slug}/" for slug in slugs]


def looked_at(paths: list[str]) -> float:
    """Milliseconds of processor time for a page."""
    from django.test import Client

    client, begun = Client(SERVER_NAME="127.0.0.1"), time.thread_time()
    for path in paths:
        assert client.get(path).status_code == 200, path
    return 1000 * (time.thread_time() - begun) / len(paths)


def main(number: int) -> None:
    django.setup()
    warm, *paths = fill(number + 1)
    looked_at([warm] * 10)
    before = held([os.getpid()], "Pss")
    first = looked_at(paths)
    megabytes = (held([os.getpid()], "Pss") - before) / number
    time.sleep(OLD)
    # Fewer than are read in that time, so that none is too old the second time.
    some = paths[:50]
    again, kept = looked_at(some), looked_at(some * 10)
    print(json.dumps({"first": first, "again": again, "kept": kept, "megabytes": megabytes}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
