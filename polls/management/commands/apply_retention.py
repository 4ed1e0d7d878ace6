"""Delete what has been kept for as long as readers were told; for a timer, once a day."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils import timezone

from polls.answering.erasing import NotDue
from polls.models import Survey
from polls.privacy import retention
from polls.privacy.chores import Chore, chores, files_of
from polls.privacy.retention import Kept


class Command(BaseCommand):
    help = (
        "Delete answers and texts of surveys that closed as many days ago as their answers are"
        " kept, and whatever else is past its age (docs/privacy.md). The figures stay."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", help="one article's surveys; without it, everything")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be deleted; write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now, dry, slug = timezone.now(), options["dry_run"], options["slug"] or ""
        if slug and not Survey.objects.frozen().filter(article__slug=slug).exists():
            raise CommandError(f"No published survey at “{slug}”.")
        failed = [found for found in retention.kept(slug) if not self._survey(found, now, dry=dry)]
        due = chores(now) if not slug else files_of(slug, now)
        late = [each for each in due if not self._chore(each, dry=dry)]
        if failed or late:
            raise CommandError("Not everything was finished. The next run goes on with it.")

    def _survey(self, found: Kept, now: datetime, *, dry: bool) -> bool:
        """One survey and its line; False where the database failed."""
        name = f"{found.survey.article.slug}, edition {found.survey.edition}"
        return self._say(name, lambda: self._told(found, now, dry=dry))

    def _told(self, found: Kept, now: datetime, *, dry: bool) -> str:
        if found.due is None:
            return "never closed: its answers are kept, and nothing is due."
        if not found.is_due(now):
            return f"kept until {timezone.localtime(found.due):%Y-%m-%d}."
        if dry:
            return (
                f"would delete {found.responses} answers, {found.texts} texts (of those about which"
                " something was decided a mark without content stays)."
            )
        try:
            gone = retention.erase(found.survey, now)
        except NotDue:
            return "its closing was moved meanwhile: nothing more is deleted."
        return (
            f"{gone.responses} answers deleted, {gone.texts} texts deleted with everything,"
            f" {gone.marks} left as marks without content."
        )

    def _chore(self, chore: Chore, *, dry: bool) -> bool:
        """Likewise; what there is none of has no line."""

        def told() -> str:
            number = chore.due() if dry else chore.do()
            return f"{'would delete ' if dry else 'deleted '}{number}." if number else ""

        return self._say(chore.name, told)

    def _say(self, name: str, act: Callable[[], str]) -> bool:
        try:
            if words := act():
                self.stdout.write(f"{name}: {words}")
        except Error as error:  # its words could quote a row
            self.stderr.write(f"{name}: not finished ({type(error).__name__})")
            return False
        return True
