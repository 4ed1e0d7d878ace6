"""Run the integrity rules; for a timer, every few minutes."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from polls.answering.traces import drop_old_salts
from polls.models import Survey
from polls.moderation.echoes import mark_echoes
from polls.results.integrity import services

# As long as a salt lives: older pseudonyms have no new company.
RECENT = timedelta(days=2)


class Command(BaseCommand):
    help = (
        "Flag responses that belong together (docs/integrity.md), and texts that wait and were"
        " already seen, for a person to look at. Without a slug: those of the last two days, of"
        " every survey that was open in them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", help="one article's surveys; without it, all")
        parser.add_argument("--all", action="store_true", help="look at all responses, however old")

    def handle(self, *args: Any, **options: Any) -> None:
        drop_old_salts()
        # Those that were taken down too: their texts may still wait, and they may come back.
        surveys = Survey.objects.frozen().select_related("article").order_by("pk")
        if options["slug"]:
            surveys = surveys.filter(article__slug=options["slug"])
            if not surveys.exists():
                raise CommandError(f"No published survey at “{options['slug']}”.")
        since = None if options["all"] else timezone.now() - RECENT
        if since and not options["slug"]:
            surveys = surveys.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=since))
        for survey in surveys:
            name = f"{survey.article.slug}, edition {survey.edition}"
            for found in services.flag_by_rule(survey, since=since):
                self.stdout.write(
                    f"{name}: {found.rule}: {found.groups} groups,"
                    f" {found.responses} responses, {found.new} of them new"
                )
            if marked := mark_echoes(survey, since):
                self.stdout.write(f"{name}: {marked} texts that wait were already seen")
