"""Write an edition's answers, figures or published texts to a file (docs/exports.md)."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from polls.exports import codebook, services
from polls.exports.files import replacing
from polls.exports.filters import Filter, Unfit
from polls.exports.making import make, total
from polls.exports.orders import FORMATS, Content, Order
from polls.exports.rows import OpinionState
from polls.exports.services import Export
from polls.exports.table import Rows, Table
from polls.exports.writers import DELIMITERS, STREAMED, Options
from polls.lib.progress import Progress
from polls.models import Response, Survey, read_edition
from polls.results.erasure import Erased


class Command(BaseCommand):
    help = "Export a survey's answers, figures or published texts (docs/exports.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        formats = list(dict.fromkeys(name for names in FORMATS.values() for name in names))
        parser.add_argument("slug", help="the end of the article's address")
        parser.add_argument("--format", choices=formats, default="csv")
        parser.add_argument(
            "--content",
            choices=Content.values,
            default=Content.RESPONSES.value,
            help="responses are internal, figures and opinions public",
        )
        parser.add_argument(
            "--output",
            required=True,
            metavar="FILE",
            help="of CSV and JSON Lines of responses the codebook goes beside it; a directory: the"
            " file is named by what it holds; - is standard output",
        )
        parser.add_argument(
            "--edition", type=int, metavar="N", help="without it, the newest published one"
        )
        parser.add_argument("--delimiter", choices=list(DELIMITERS), default="comma")
        for name, words in (("since", "from this day on"), ("until", "up to this day")):
            help_ = f"answers received {words}, YYYY-MM-DD"
            parser.add_argument(f"--{name}", type=_day, metavar="DAY", help=help_)
        several: dict[str, Any] = {"action": "append", "default": []}
        parser.add_argument("--channel", choices=Response.Channel.values, **several)
        parser.add_argument("--state", choices=OpinionState.values, help="of the text", **several)
        parser.add_argument(
            "--adjusted", action="store_true", help="without what a person has set aside"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        survey = _survey(options["slug"], options["edition"])
        try:
            with override("en"):  # whoever types a command reads English, as all commands are
                order = _order(survey, options)
        except Unfit as unfit:
            raise CommandError(str(unfit)) from None
        if order.content == Content.FIGURES and read_edition(survey).is_blacked_out():
            self._say("A blackout is on: no figure may reach readers now.\n")
        try:
            if options["output"] == "-":
                self._to_standard_output(order)
            else:
                path = Path(options["output"])
                self._to_files(order, path / order.name if path.is_dir() else path)
        except Erased as erased:
            raise CommandError(f"{erased} There is nothing to export.") from None
        except Unfit as unfit:
            raise CommandError(str(unfit)) from None

    def _to_files(self, order: Order, path: Path) -> None:
        beside = path.parent / f"{path.stem}-codebook.csv"
        has_book = order.content == Content.RESPONSES and order.is_streamed
        try:
            # Left in reverse order: the responses take their place last, when all else is there.
            with replacing(path) as file, replacing(beside) if has_book else nullcontext() as book:
                with closing(self._progress(order)) as progress:
                    rows = make(order, Path(file.name), progress.at)
                if book:
                    content = Table("codebook", codebook.COLUMNS, Rows(codebook.rows(order.survey)))
                    book.writelines(STREAMED["csv"](content, Options(order.delimiter)))
                services.record_export(order, None, rows)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. Nothing was written.") from error
        self.stdout.write("\n".join([_rows(rows), str(path), *([str(beside)] if book else [])]))

    def _to_standard_output(self, order: Order) -> None:
        if not order.is_streamed:
            raise CommandError(f"{order.file_format} needs a file: --output FILE.")
        out = cast(BinaryIO, self.stdout.buffer)
        export = services.begin(order=order, by=None)
        try:
            with closing(services.stream(export)) as pieces:
                out.writelines(self._watched(pieces, export))
                out.flush()
        except BrokenPipeError as error:
            # Else the interpreter, on its way out, complains of what it can't flush.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError("Who read the output stopped reading.") from error
        self._say(f"{_rows(export.table.rows.count)}\n")

    def _watched(self, chunks: Iterable[bytes], export: Export) -> Iterator[bytes]:
        with closing(self._progress(export.order)) as progress:
            for chunk in chunks:
                yield chunk
                progress.at(export.table.rows.count)

    def _progress(self, order: Order) -> Progress:
        return Progress(self._say, total(order), terminal=self.stderr.isatty())

    def _say(self, text: str) -> None:
        self.stderr.write(text, style_func=str, ending="")
        self.stderr.flush()


def _rows(number: int) -> str:
    return f"{number} {'row' if number == 1 else 'rows'}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day: YYYY-MM-DD") from None


def _order(survey: Survey, options: dict[str, Any]) -> Order:
    chosen = Filter(
        since=options["since"],
        until=options["until"],
        channels=tuple(dict.fromkeys(options["channel"])),
        states=tuple(dict.fromkeys(options["state"])),
        adjusted=options["adjusted"],
    )
    return Order(survey, options["content"], options["format"], chosen, options["delimiter"])


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
        raise CommandError(
            f"No published survey at “{slug}”; a draft, or one taken down, needs --edition"
            f" ({numbers})."
        )
    raise CommandError(f"No edition {edition} at “{slug}”; there is {numbers}.")
