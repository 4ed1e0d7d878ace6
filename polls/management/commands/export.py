"""Write every response of an edition to a file, with the codebook beside it."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError

from polls.exports import codebook, services
from polls.exports.files import replacing
from polls.exports.services import Export
from polls.exports.writers import DELIMITERS, WRITERS, Options
from polls.lib.progress import Progress
from polls.models import Survey
from polls.results import tallies
from polls.results.erasure import Erased


class Command(BaseCommand):
    help = "Export every response of a survey that was not withdrawn (docs/exports.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the end of the article's address")
        parser.add_argument("--format", choices=list(WRITERS), default="csv")
        parser.add_argument(
            "--output",
            required=True,
            metavar="FILE",
            help="the codebook goes beside it; - is standard output, without a codebook",
        )
        parser.add_argument(
            "--edition", type=int, metavar="N", help="without it, the newest published one"
        )
        parser.add_argument("--delimiter", choices=list(DELIMITERS), default="comma")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = _survey(options["slug"], options["edition"])
        wanted = Options(delimiter=options["delimiter"])
        try:
            export = services.begin(
                survey=survey, by=None, file_format=options["format"], options=wanted
            )
        except Erased as erased:
            raise CommandError(f"{erased} There is nothing to export.") from None
        with closing(export.rows):
            if options["output"] == "-":
                self._to_standard_output(export)
            else:
                self._to_files(export, Path(options["output"]), wanted)

    def _to_files(self, export: Export, path: Path, options: Options) -> None:
        beside = path.parent / f"{path.stem}-codebook.csv"
        try:
            # Left in reverse order: the responses take their place last, when all else is there.
            with replacing(path) as file, replacing(beside) as book:
                file.writelines(self._watched(export.chunks, export))
                content = codebook.rows(export.survey)
                book.writelines(WRITERS["csv"](codebook.COLUMNS, content, options))
                services.record_export(export)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. Nothing was written.") from error
        self.stdout.write(f"{_rows(export)}\n{path}\n{beside}")

    def _to_standard_output(self, export: Export) -> None:
        out = cast(BinaryIO, self.stdout.buffer)
        try:
            with closing(services.stream(export)) as pieces:
                out.writelines(self._watched(pieces, export))
                out.flush()
        except BrokenPipeError as error:
            # Else the interpreter, on its way out, complains of what it can't flush.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError("Who read the output stopped reading.") from error
        self._say(f"{_rows(export)}\n")

    def _watched(self, chunks: Iterable[bytes], export: Export) -> Iterator[bytes]:
        total = tallies.respondents(export.survey.pk)
        with closing(Progress(self._say, total, terminal=self.stderr.isatty())) as progress:
            for chunk in chunks:
                yield chunk
                progress.at(export.rows.count)

    def _say(self, text: str) -> None:
        self.stderr.write(text, style_func=str, ending="")
        self.stderr.flush()


def _rows(export: Export) -> str:
    return f"{export.rows.count} {'row' if export.rows.count == 1 else 'rows'}"


def _survey(slug: str, edition: int | None) -> Survey:
    editions = Survey.objects.filter(article__slug=slug).select_related("article")
    found = (
        Survey.objects.current(slug)
        if edition is None
        else editions.filter(edition=edition).first()
    )
    if found is not None:
        return found
    numbers = ", ".join(str(each.edition) for each in editions.order_by("edition"))
    if not numbers:
        raise CommandError(f"No survey at “{slug}”.")
    if edition is None:
        raise CommandError(f"No published survey at “{slug}”; a draft needs --edition ({numbers}).")
    raise CommandError(f"No edition {edition} at “{slug}”; there is {numbers}.")
