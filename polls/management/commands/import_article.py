"""Import an article with its survey from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from polls.composing import services
from polls.composing.drafts import LANGUAGES, DraftArticle, ImportProblem
from polls.composing.parsing import decode, parse


class Command(BaseCommand):
    """Speaks English; what it stores is in the site's language or in the article's."""

    help = (
        "Import an article and its survey as a draft: Markdown with front matter, or plain text"
        " as it comes (docs/import-format.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--publish", action="store_true", help="publish it if nothing is wrong")
        parser.add_argument("--slug", default="", help="the end of the page's address")
        parser.add_argument("--title", default="", help="for a text that has none")
        parser.add_argument("--language", default="", choices=["", *LANGUAGES])

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            draft = self._read(options)
        for finding in draft.findings:
            where = f"line {finding.line}, column {finding.column}: " if finding.line else ""
            self.stdout.write(f"{finding.kind}: {where}{finding.message}")
            if finding.context:
                self.stdout.write(f"    {finding.context}")
        try:
            survey = services.create_draft(draft=draft)
        except services.SlugTaken as error:
            raise CommandError(
                f"There is an article at the address “{draft.slug}” already; nothing was changed."
                " Give another with --slug."
            ) from error
        self.stdout.write(
            f"Draft made: “{draft.title}” ({draft.language}), {len(draft.statements)} statements,"
            f" {survey.questions.count()} questions, at /articles/{draft.slug}/ once published."
        )
        if draft.translation_of and survey.article.translation_of is None:
            self.stdout.write(
                f"There is no article at the address “{draft.translation_of}”: once there is, name"
                " it in this one’s form in the admin."
            )
        if options["publish"]:
            with override("en"):
                self._publish(survey)

    def _read(self, options: dict[str, Any]) -> DraftArticle:
        try:
            source = decode(options["file"].read_bytes())
            return parse(
                source, slug=options["slug"], title=options["title"], language=options["language"]
            )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except ImportProblem as error:
            raise CommandError("\n".join(error.messages)) from error

    def _publish(self, survey: Any) -> None:
        try:
            services.publish(survey=survey)
        except services.NotPublishable as error:
            reasons = "\n".join(f"- {problem.message}" for problem in error.problems)
            raise CommandError(f"The draft is kept and was not published:\n{reasons}") from error
        self.stdout.write(self.style.SUCCESS("Published."))
