"""Add simulated readers to an open survey, for a demonstration or a test under load."""

import secrets
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from polls.answering.services import NotOpen
from polls.answering.simulation import simulate
from polls.lib.progress import Progress
from polls.models import Response, Survey


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

        parser.add_argument(
            "--force", action="store_true", help="in production, among the answers of real readers"
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
        if has_real_readers(survey) and not (settings.DEBUG or options["force"]):
            raise CommandError(
                f"Real readers have answered the survey at “{slug}”, and simulated ones would count"
                " among them for ever. --force does it all the same."
            )
        self._simulate(survey, slug, number, seed)

    def _simulate(self, survey: Survey, slug: str, number: int, seed: int) -> None:
        done = 0
        watched = Progress(self._say, number, terminal=self.stdout.isatty(), of="readers")

        def progress(added: int) -> None:
            nonlocal done
            done = added
            watched.at(added)

        try:
            with closing(watched):
                simulate(survey=survey, responses=number, seed=seed, progress=progress)
        except NotOpen:
            raise CommandError(
                f"The survey at “{slug}” takes no answers now; {done} were added."
            ) from None
        self.stdout.write(f"{number} simulated responses added to {slug} (--seed {seed}).")

    def _say(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()


def has_real_readers(survey: Survey) -> bool:
    simulated = Response.Channel.SIMULATION
    return Response.objects.standing().filter(survey=survey).exclude(channel=simulated).exists()
