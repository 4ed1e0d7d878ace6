"""French rules and laws get the spaces that don't break a line before a sign of two parts, and English
names their apostrophes."""

import re

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mended(text: str) -> str:
    text = re.sub(r" (?=[;!?])", "\u202f", text)
    text = re.sub(r" (?=:(?:\s|$))", "\u00a0", text)
    return re.sub(r"(?<=«) | (?=»)", "\u00a0", text)


def mend_rules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    for rule in apps.get_model("polls", "ModerationRule").objects.filter(language="fr"):
        title, text = mended(rule.title), mended(rule.text)
        if (title, text) != (rule.title, rule.text):
            rule.title, rule.text = title, text
            rule.save(update_fields=["title", "text"])


class Migration(migrations.Migration):
    dependencies = [("polls", "0009_editors_desk")]
    operations = [
        migrations.RunPython(mend_rules, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="article",
            name="slug",
            field=models.SlugField(
                help_text="The end of the page’s address.",
                max_length=80,
                unique=True,
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="opinion",
            name="show_ratings",
            field=models.BooleanField(
                default=False, verbose_name="the author’s answers may stand beside it"
            ),
        ),
        migrations.AlterField(
            model_name="response",
            name="channel",
            field=models.CharField(
                choices=[
                    ("page", "the article’s page"),
                    ("embed", "embedded in another site"),
                    ("simulation", "simulated reader"),
                ],
                default="page",
                max_length=12,
                verbose_name="channel",
            ),
        ),
        migrations.AlterField(
            model_name="survey",
            name="question",
            field=models.TextField(
                help_text="The article’s question, word for word.",
                max_length=400,
                verbose_name="question",
            ),
        ),
    ]
