"""The moderators' queue at two sizes: the same pages in turn, A B A B, each of its own database.

A page is asked for as a moderator's browser does, through every middleware, and rendered. Run
beside a database: `python -m bench.moderation fill NUMBER` fills it; `python -m bench.moderation
serve` then answers each line of its input, the name of a page, with milliseconds.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.parse import urlencode

import django

from bench.servers import ROOT, Project, application, copied

FEW = 1000
QUEUE = "/admin/polls/opinion/"
# Words as often as a language has them: nearly everywhere, in one text of a hundred, hardly ever.
COMMON, MIDDLING, RARE = "entretien", "affermage", "xylographie"
PROSE = (
    "le pont sera gratuit pour tous les habitants de la commune mais personne ne dit qui paiera"
    " l’entretien des piles et des câbles que la ville laisse à la charge du département depuis"
    " dix ans je lis votre article chaque semaine et je trouve les chiffres peu crédibles quand"
    " l’opposition parle d’un péage déguisé il faudrait publier le budget complet avec les"
    " marchés signés avant de demander aux lecteurs ce qu’ils pensent d’une décision déjà prise"
)
# Each text shares a number with one other, to which it is compared on the page.
FILL = """
INSERT INTO polls_opinion (public_id, survey_id, text, may_publish, show_ratings, version,
    status, signals, lane, shuffle, echo_a, echo_b,
    submitted_at, waits_since, decided_at)
SELECT gen_random_uuid(), %(survey)s, concat_ws(' ',
        array_to_string((%(words)s::text[])[a : a + 8 + n %% 20], ' '), substr(md5(n::text), 1, 9),
        array_to_string((%(words)s::text[])[b : b + 12], ' '),
        CASE WHEN n %% 100 = 7 THEN %(middling)s END,
        CASE WHEN n %% %(rarely)s = 11 THEN %(rare)s END),
    true, false, 1, CASE WHEN n %% 3 = 0 THEN 'published' ELSE 'pending' END,
    CASE WHEN n %% 10 = 1 THEN ' link ' ELSE '' END, CASE WHEN n %% 500 = 5 THEN 1 ELSE 2 END, n,
    1 + n / 2, -n, now() - n * interval '1 second', now() - n * interval '1 second',
    CASE WHEN n %% 3 = 0 THEN now() END
FROM (SELECT n, 1 + (hashint4(n) & 1023) %% 60 AS a, 1 + (hashint4(n + 9) & 1023) %% 60 AS b
    FROM generate_series(1, %(number)s) AS n) AS numbered
"""


@dataclass(frozen=True)
class Size:
    opinions: int
    rounds: int
    looks: int
    """How often a round asks for each page; their median counts."""


QUICK = Size(opinions=50_000, rounds=3, looks=3)
FULL = Size(opinions=1_000_000, rounds=5, looks=5)


@dataclass(frozen=True)
class Queued:
    """Milliseconds of every round by page: with `size.opinions` texts and, in turn, with FEW."""

    size: Size
    pages: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def measure(size: Size, source: str) -> Queued:
    """In two copies of the database at `source`."""
    with copied(source) as many, copied(source) as few:
        sites = [application(many), application(few)]
        for site, number in zip(sites, (size.opinions, FEW), strict=True):
            print(f"opinions: {number:,}", flush=True)
            subprocess.run(command("fill", str(number)), env=settings(site), cwd=ROOT, check=True)
        with asked(sites[0]) as large, asked(sites[1]) as small:
            return compare(size, large, small)


def compare(size: Size, large: "Asked", small: "Asked") -> Queued:
    done = Queued(size)
    for number in range(size.rounds + 1):
        print(f"queue: round {number} of {size.rounds}", flush=True)
        for name in PAGES:
            pair = (large.look(name, size.looks), small.look(name, size.looks))
            if number:  # the first warms up
                done.pages.setdefault(name, []).append(pair)
    return done


@dataclass(frozen=True)
class Asked:
    process: "subprocess.Popen[str]"

    def look(self, page: str, looks: int) -> float:
        """The median of so many, in milliseconds."""
        return median(self._milliseconds(page) for _ in range(looks))

    def _milliseconds(self, page: str) -> float:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{page}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"The queue's page {page!r} was not answered.")
        return float(json.loads(answer))


@contextmanager
def asked(site: Project) -> Iterator[Asked]:
    process = subprocess.Popen(
        command("serve"),
        cwd=ROOT,
        env=settings(site),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Asked(process)
    finally:
        process.terminate()
        process.wait(timeout=15)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bench.moderation", *arguments]


def settings(site: Project) -> dict[str, str]:
    # The client that asks is signed in without a telephone.
    own = {"DJANGO_SETTINGS_MODULE": "surveysite.settings", "SECOND_FACTOR": "false"}
    return own | dict(site.environment)


# What a moderator asks for, by the words of the report.
PAGES: dict[str, dict[str, str]] = {
    "the queue": {},
    "the queue, from the middle on": {"after": "middle"},
    "one text a screen": {"mode": "read"},
    "those with a signal": {"signal": "link"},
    "what was published": {"state": "published"},
    "search for a common word": {"q": COMMON},
    "search for a rare word": {"q": RARE},
    "search for a word in one text of a hundred": {"q": MIDDLING},
    "search for a rare word in all texts": {"q": RARE, "state": "all"},
}
# Of a thousand texts it finds ten, of a million a page of fifty: two different pages.
UNBUDGETED = ("search for a word in one text of a hundred",)


def fill(number: int) -> None:
    """A moderator and so many opinions on the sample, a third of them decided."""
    from django.contrib.auth.models import Group, User
    from django.db import connection

    from polls.models import Survey

    User.objects.create(username="bench", is_staff=True).groups.add(
        Group.objects.get(name="moderator")
    )
    values: dict[str, str | int | list[str]] = {
        "survey": Survey.objects.get().pk,
        "words": PROSE.split(),
        "middling": MIDDLING,
        "rare": RARE,
        "rarely": max(number // 20, 50),
        "number": number,
    }
    with connection.cursor() as cursor:
        # An index of so many texts is built at once in a fraction of the time.
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'opinion_search'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX opinion_search")
        cursor.execute(FILL, values)
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE polls_opinion")


def serve() -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(username="bench"))
    addresses = {name: QUEUE + query(fields) for name, fields in PAGES.items()}
    for line in sys.stdin:
        print(json.dumps(timed(client, addresses[line.strip()])), flush=True)


def query(fields: dict[str, str]) -> str:
    """The query of an address, with the place in the middle of the queue where it is asked for."""
    from polls.models import Opinion
    from polls.moderation import queue

    if "after" in fields:
        waiting = Opinion.objects.queue()
        texts = queue._with_place(waiting)
        middle = texts[waiting.count() // 2]
        fields = {"after": queue.place_of(middle, queue.order_of(queue.State.WAITING))}
    return f"?{urlencode(fields)}" if fields else ""


def timed(client: Any, address: str) -> float:
    """Milliseconds of a look."""
    start = time.perf_counter()
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} was answered with {answer.status_code}.")
    return 1000 * (time.perf_counter() - start)


def main(what: str, *number: str) -> None:
    django.setup()
    if what == "fill":
        fill(int(*number))
    else:
        serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
