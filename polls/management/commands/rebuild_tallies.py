"""Recompute the tallies from the responses, or compare the two."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from polls.models import Survey
from polls.results import tallies
from polls.results.checks import record_check
from polls.results.erasure import Erased


class Command(BaseCommand):
    help = "Put a recount of all standing responses in place of the tallies, while writes go on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", help="one article's surveys; without it, all")
        parser.add_argument(
            "--check", action="store_true", help="only compare; exit 1 where they differ"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        surveys = Survey.objects.select_related("article").order_by("pk")
        if options["slug"]:
            surveys = surveys.filter(article__slug=options["slug"])
            if not surveys.exists():
                raise CommandError(f"No survey at “{options['slug']}”.")
        counts = [self._one(survey, check=options["check"]) for survey in surveys]
        wrong = sum(count or 0 for count in counts)
        if options["check"] and not options["slug"]:
            record_check(wrong)
        if options["check"] and wrong:
            raise CommandError(f"{wrong} tallies differ from a recount.")
        if options["slug"] and not options["check"] and set(counts) == {None}:
            raise CommandError("Tallies of deleted answers can't be rebuilt.")

    def _one(self, survey: Survey, *, check: bool) -> int | None:
        """How many tallies differ; None where there is nothing to recount any more."""
        name_of_survey = f"{survey.article.slug}, edition {survey.edition}"
        try:
            return self._compared(survey, name_of_survey, check=check)
        except Erased as erased:
            self.stdout.write(f"{name_of_survey}: not recounted. {erased} The tallies stay.")
            return None

    def _compared(self, survey: Survey, name_of_survey: str, *, check: bool) -> int:
        found = tallies.differences(survey.pk)
        for (question, choice, excluded), (tally, count) in found.items():
            name = f"{question}={choice}" if question else "respondents"
            name += ", set aside" if excluded else ""
            self.stdout.write(f"{name_of_survey}: {name}: tally {tally}, recount {count}")
        if not check:
            tallies.rebuild(survey.pk)
        state = f"{len(found)} differences" if found else "tallies equal a recount"
        self.stdout.write(f"{name_of_survey}: {state}{'' if check or not found else ', rebuilt'}")
        return len(found)
