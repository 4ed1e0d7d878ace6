"""Load the sample article with its survey, where it isn't there yet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from polls import content
from polls.composing import services
from polls.composing.parsing import parse
from polls.models import Article

FOLDER = Path(content.__file__).parent


class Command(BaseCommand):
    help = "Load and publish the sample article; called again, it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        source = FOLDER / f"stargate-{options['language']}.md"
        draft = parse(source.read_text(encoding="utf-8"))
        if Article.objects.filter(slug=draft.slug).exists():
            return
        services.publish(survey=services.create_draft(draft=draft))
        self.stdout.write(f"Sample article loaded: /articles/{draft.slug}/")
