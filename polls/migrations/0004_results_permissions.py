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


# As the rules were when surveys got thresholds of their own (`polls.results.integrity.rules`).
THRESHOLDS = {
    "repeat": {"version": 1, "threshold": 3},
    "concentration": {"version": 1, "threshold": 0.05},
    "burst": {"version": 1, "threshold": 4},
    "same-text": {"version": 1, "threshold": 3},
    "straight-line": {"version": 1, "threshold": 8},
    "speed": {"version": 1, "threshold": 2},
}


def fix_thresholds(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Surveys that are published go by these from now on, whatever the rules become."""
    surveys = apps.get_model("polls", "Survey").objects.filter(status="published", integrity={})
    surveys.update(integrity=THRESHOLDS)


class Migration(migrations.Migration):
    dependencies = [("polls", "0003_results")]
    operations = [
        migrations.RunPython(add_permissions, migrations.RunPython.noop),
        migrations.RunPython(fix_thresholds, migrations.RunPython.noop),
    ]
