"""What the worker runs: `manage.py db_worker`, or the process itself where there is none."""

import django
from django.contrib.auth.models import User

from polls.models import PreparedExport

from . import preparing
from .orders import Order

if django.VERSION >= (6,):
    from django.tasks import task  # type: ignore[import-not-found, unused-ignore]
else:
    from django_tasks import task  # type: ignore[no-redef, unused-ignore]


@task()
def prepare(export: int) -> None:
    """Make the file of a `PreparedExport`; what goes wrong is on that row and in the log."""
    preparing.prepare(export)


def request(*, order: Order, by: User) -> PreparedExport:
    """Place an order and hand it to the worker; without one it is made before this returns.

    Raises as `services.check`.
    """
    export = preparing.place(order=order, by=by)
    prepare.enqueue(export.pk)
    export.refresh_from_db()
    return export
