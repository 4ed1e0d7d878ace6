"""Add simulated readers to an open survey, for a demonstration or a test under load."""

import secrets
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from polls.answering.services import NotOpen
from polls.answering.simulation import simulate
from polls.models import Survey


class Command(BaseCommand):
    help = (
        "Add simulated readers to the current edition of an article's survey. They count like"
        " others, and every page that shows a figure says so from then on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the end of the article's address")
        parser.add_argument("--responses", type=int, required=True, help="how many to add")
        parser.add_argument(
            "--seed", type=int, help="the same gives the same answers and texts again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        slug, number = options["slug"], options["responses"]
        # Negative numbers would give the seeds of their absolute values.
        seed = secrets.randbelow(2**31) if options["seed"] is None else options["seed"]
        if number < 1 or seed < 0:
            raise CommandError("--responses must be 1 or more, and --seed not negative.")
        survey = Survey.objects.current(slug)
        if survey is None:
            raise CommandError(f"There is no published survey at “{slug}”.")
        progress = Progress(self.stdout, number)
        try:
            simulate(survey=survey, responses=number, seed=seed, progress=progress)
        except NotOpen:
            raise CommandError(
                f"The survey at “{slug}” takes no answers now; {progress.done} were added."
            ) from None
        self.stdout.write(f"{number} simulated responses added to {slug} (--seed {seed}).")


class Progress:
    """One line that changes on a terminal, and at most ten lines elsewhere."""

    def __init__(self, out: OutputWrapper, total: int) -> None:
        self.total, self.done, self.tenth = total, 0, 0
        self.show: Callable[[int], None] = self._redraw if out.isatty() else self._write
        self.out = out

    def __call__(self, done: int) -> None:
        self.done = done
        self.show(done)

    def _redraw(self, done: int) -> None:
        end = "\n" if done == self.total else ""
        self.out.write(f"\r{done} of {self.total}", ending=end)
        self.out.flush()

    def _write(self, done: int) -> None:
        tenth = 10 * done // self.total
        if self.tenth < tenth < 10:
            self.out.write(f"{done} of {self.total}")
        self.tenth = tenth
