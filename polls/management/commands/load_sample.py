"""Load the sample article with its survey, where it isn't there yet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from polls import content
from polls.composing import services
from polls.composing.drafts import DraftArticle
from polls.composing.parsing import parse
from polls.composing.profile import add_profile_items
from polls.models import Article

FOLDER = Path(content.__file__).parent
SAMPLES = ("fr", "en")


class Command(BaseCommand):
    help = "Load and publish the sample article; called again, it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=SAMPLES, default="fr")
        parser.add_argument(
            "--profile", action="store_true", help="also ask readers for their age and interest"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        draft = sample(options["language"])
        if Article.objects.filter(slug=draft.slug).exists():
            return
        survey = services.create_draft(draft=draft)
        if options["profile"]:
            add_profile_items(survey)
        link_translations()
        services.publish(survey=survey)
        self.stdout.write(f"Sample article loaded: /articles/{draft.slug}/")


def sample(language: str) -> DraftArticle:
    source = FOLDER / f"stargate-{language}.md"
    return parse(source.read_text(encoding="utf-8"))


def link_translations() -> None:
    """Whichever was loaded first: a translation finds its original when that comes after it."""
    for draft in map(sample, SAMPLES):
        original = services.original_at(draft.translation_of)
        unlinked = Article.objects.filter(slug=draft.slug, translation_of=None)
        if original is not None:
            unlinked.update(translation_of=original)
