"""Files that are prepared in the background: ordered, made, cancelled, sent, and deleted in time.

The row says how far a file is, the file lies in EXPORTS_DIR under the row's identifier: whole, or
not at all. Whoever makes it says every second that it still does, over a connection of its own, so
that the progress is seen while the rows are read in one transaction; and reads there whether it is
to stop. A worker that was killed falls silent, and the order counts as interrupted.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from errno import EDQUOT, ENOSPC
from pathlib import Path
from threading import Event, Thread

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from polls.models import PreparedExport, Survey, display_name
from polls.results.erasure import Erased

from . import services
from .filters import Filter
from .making import make, total
from .orders import Order

logger = logging.getLogger(__name__)
State, Problem = PreparedExport.State, PreparedExport.Problem

BEAT = 1.0  # seconds between two signs of life
SILENCE = timedelta(minutes=1)  # after which nobody is at work any more
LISTED_DAYS = 30  # how long the list remembers what was ordered


class Cancelled(Exception):
    """Somebody doesn't want the file any more."""


class Gone(Exception):
    """There is no file to send: it expired, or was never finished."""


def order_of(export: PreparedExport) -> Order:
    chosen = Filter.read(export.chosen)
    return Order(export.survey, export.content, export.file_format, chosen)


def place(*, order: Order, by: User) -> PreparedExport:
    """Put an order down, which waits until somebody prepares it. Raises as `services.check`."""
    services.check(order)
    return PreparedExport.objects.create(
        survey=order.survey,
        maker=by,
        maker_name=display_name(by),
        content=order.content,
        file_format=order.file_format,
        chosen=order.chosen.words,
    )


def cancel(*, export: PreparedExport) -> None:
    """Stop it: at once where nobody has begun, within a moment where somebody is at work."""
    waiting = PreparedExport.objects.filter(pk=export.pk, state=State.WAITING)
    if not waiting.update(state=State.CANCELLED, finished_at=Now()):
        running = PreparedExport.objects.filter(pk=export.pk, state=State.RUNNING)
        running.update(cancelling=True)


def prepare(pk: int) -> None:
    """Make the file of an order, once: who comes second finds nothing to do."""
    begun = PreparedExport.objects.filter(pk=pk, state=State.WAITING)
    if not begun.update(state=State.RUNNING, touched_at=Now()):
        return
    export = PreparedExport.objects.select_related("survey__article", "maker").get(pk=pk)
    try:
        _make(export)
    except Cancelled:
        _end(export, State.CANCELLED)
    except Erased:
        _end(export, State.FAILED, Problem.ERASED)
    except OSError as error:
        full = error.errno in (ENOSPC, EDQUOT)
        logger.exception("export %s failed", pk)
        _end(export, State.FAILED, Problem.NO_SPACE if full else Problem.UNKNOWN)
    except Exception:
        logger.exception("export %s failed", pk)
        _end(export, State.FAILED, Problem.UNKNOWN)


def _make(export: PreparedExport) -> None:
    order = order_of(export)
    PreparedExport.objects.filter(pk=export.pk).update(total=total(order))
    target, folder = file_of(export), _folder_of(export)
    settings.EXPORTS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        path = folder / target.name
        path.touch(mode=0o600)
        with _beating(export) as heart:
            rows = make(order, path, heart.watch)
        heart.watch(rows)  # a last look: from here on it can't be stopped
        size, digest = _measured(path)
        path.replace(target)
        try:
            _finish(export, order, rows, size, digest)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@transaction.atomic
def _finish(export: PreparedExport, order: Order, rows: int, size: int, digest: str) -> None:
    services.check(order)  # the answers may have been deleted meanwhile
    running = PreparedExport.objects.filter(pk=export.pk, state=State.RUNNING)
    done = running.update(
        state=State.DONE,
        rows=rows,
        total=rows,
        size=size,
        sha256=digest,
        finished_at=Now(),
        expires_at=timezone.now() + timedelta(hours=settings.EXPORT_HOURS),
    )
    if not done:  # it was given up as silent
        raise Cancelled
    services.record_export(order, export.maker, rows, how=_("prepared"))


def _end(export: PreparedExport, state: str, problem: str = "") -> None:
    running = PreparedExport.objects.filter(pk=export.pk, state=State.RUNNING)
    running.update(state=state, problem=problem, finished_at=Now())


class _Heart:
    """How many rows have passed, told once a second; whether to stop, asked as often."""

    def __init__(self, pk: int) -> None:
        self._pk = pk
        self._rows = 0
        self.stop = Event()
        self._cancelled = Event()

    def watch(self, rows: int) -> None:
        self._rows = rows
        if self._cancelled.is_set():
            raise Cancelled

    def beat(self) -> None:
        try:
            while not self.stop.wait(BEAT):
                self._tell()
        finally:
            connection.close()

    def _tell(self) -> None:
        try:
            running = PreparedExport.objects.filter(pk=self._pk, state=State.RUNNING)
            running.update(rows=self._rows, touched_at=Now())
            if not running.filter(cancelling=False).exists():
                self._cancelled.set()
        except Exception:  # a sign of life that fails must not end what lives
            logger.exception("export %s: its progress could not be written", self._pk)


@contextmanager
def _beating(export: PreparedExport) -> Iterator[_Heart]:
    heart = _Heart(export.pk)
    thread = Thread(target=heart.beat, name="export", daemon=True)
    thread.start()
    try:
        yield heart
    finally:
        heart.stop.set()
        thread.join()


def _measured(path: Path) -> tuple[int, str]:
    """Its size and its digest, once it is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def file_of(export: PreparedExport) -> Path:
    """Where its file is, or would be."""
    return settings.EXPORTS_DIR / f"{export.public_id}.{order_of(export).extension}"


def _folder_of(export: PreparedExport) -> Path:
    """Where it is made; what a killed worker left is found there."""
    return settings.EXPORTS_DIR / f"{export.public_id}.part"


def send(*, export: PreparedExport, by: User) -> Path:
    """The file, for somebody who may have it, once that is on record. Raises Gone."""
    path = file_of(export)
    expired = export.expires_at is None or export.expires_at <= timezone.now()
    if export.state != State.DONE or expired or not path.is_file():
        raise Gone
    try:
        services.check(order_of(export))
    except Erased as erased:  # the next run of `apply_retention` deletes the file
        raise Gone from erased
    services.record_export(order_of(export), by, export.rows, how=_("downloaded"))
    return path


def listed(survey: Survey) -> QuerySet[PreparedExport]:
    """What was ordered of a survey lately, the newest first; what fell silent is ended here."""
    end_silent(timezone.now(), PreparedExport.objects.filter(survey=survey))
    since = timezone.now() - timedelta(days=LISTED_DAYS)
    return PreparedExport.objects.filter(survey=survey, ordered_at__gte=since)


def end_silent(now: datetime, among: QuerySet[PreparedExport] | None = None) -> None:
    """Say of those whose maker has fallen silent that they were interrupted, or cancelled where
    that was wanted; what lies there of them goes."""
    found = PreparedExport.objects.all() if among is None else among
    for export in found.filter(state=State.RUNNING, touched_at__lt=now - SILENCE):
        if export.cancelling:
            _end(export, State.CANCELLED)
        else:
            _end(export, State.FAILED, Problem.STOPPED)
        shutil.rmtree(_folder_of(export), ignore_errors=True)


def due(now: datetime, survey: Survey | None = None) -> QuerySet[PreparedExport]:
    """Those whose file has to go: it is past its hours, or its answers were deleted."""
    late = Q(expires_at__lte=now) | Q(survey__audit__action="erase")
    found = PreparedExport.objects.filter(Q(state=State.DONE) & late).distinct()
    return found.filter(survey=survey) if survey else found


def expire(now: datetime, survey: Survey | None = None) -> int:
    """Delete the files that are due, of one survey or of all; and of all what no order knows of."""
    late = list(due(now, survey))
    for export in late:
        file_of(export).unlink(missing_ok=True)
        PreparedExport.objects.filter(pk=export.pk).update(state=State.EXPIRED)
    if survey is None:
        end_silent(now)
        _sweep()
    return len(late)


def _sweep() -> None:
    """What deleted drafts and killed workers left: of no order that is made or ready."""
    if not settings.EXPORTS_DIR.is_dir():
        return
    found = list(settings.EXPORTS_DIR.iterdir())  # before asking: an order comes before its files
    alive = PreparedExport.objects.filter(state__in=[State.RUNNING, State.DONE])
    known = {str(public_id) for public_id in alive.values_list("public_id", flat=True)}
    for path in found:
        if path.name.partition(".")[0] in known:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
