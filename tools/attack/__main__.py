"""Runs on a database of its own that is gone afterwards, whatever DATABASE_URL says."""

import os
import sys
import tempfile
from io import StringIO


def main(scale: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DEBUG": "true", "DATABASE_URL": f"sqlite:///{folder}/attack.sqlite3"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "surveysite.settings"
        import django

        django.setup()
        print(_report(scale))


def _report(scale: int) -> str:
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from polls.models import Survey

    from .report import another_edition, attack, figures, table

    call_command("migrate", verbosity=0)
    call_command("load_sample", stdout=StringIO())
    survey = Survey.objects.select_related("article").get()
    by = User.objects.create_user("attack")
    naive = attack(another_edition(survey), by, scale=scale)
    patient = attack(another_edition(survey), by, scale=scale, patient=True)
    parts = [table(naive), figures(naive), table(patient), figures(patient)]
    parts += [f"{task}: {taken:.1f} s" for task, taken in naive.seconds.items()] * (scale > 1)
    return "\n\n".join(parts)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
