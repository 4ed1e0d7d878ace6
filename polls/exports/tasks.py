"""What the worker runs: `manage.py db_worker`, or the process itself where there is none."""

import django

if django.VERSION >= (6,):
    from django.tasks import task  # type: ignore[import-not-found, unused-ignore]
else:
    from django_tasks import task  # type: ignore[no-redef, unused-ignore]

from . import preparing


@task()
def prepare(export: int) -> None:
    """Make the file of a `PreparedExport`; what goes wrong is on that row and in the log."""
    preparing.prepare(export)
