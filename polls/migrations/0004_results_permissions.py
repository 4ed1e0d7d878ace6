"""What each group of staff may do with results: comparisons, flags, releases."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

EDITS = [
    *(
        f"{verb}_{model}"
        for model in ("audienceshare", "blackout", "milestone")
        for verb in ("view", "add", "change", "delete")
    ),
    "view_flaggroup",
    "exclude_flaggroup",
    "view_release",
]
GROUPS = {"editor": EDITS, "administrator": EDITS}


def add_permissions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    import_module("polls.migrations.0002_rules_and_groups").grant(apps, GROUPS)


class Migration(migrations.Migration):
    dependencies = [("polls", "0003_results")]
    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
