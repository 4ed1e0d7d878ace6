"""For the machines that watch: does the process live, and can it serve?"""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import disk
from .asking import briefly


def _say(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nobody, so that a database's fault restarts no worker."""
    return _say("ok")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, has every migration of this code, and room for answers.

    Where only files of answers may not fit any more it is said, and readers are served.
    """
    try:
        with briefly():
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return _say("the database does not answer", 503)
    if missing:
        return _say("migrations are missing", 503)
    full = [name for name, free in disk.free_bytes().items() if free < disk.LOW]
    if "database" in full:
        return _say("the disk of the database is nearly full", 503)
    return _say("ok\nthe disk of the exports is nearly full" if full else "ok")
