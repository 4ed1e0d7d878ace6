"""The laws by which a text may be rejected, words to point out, who may do what with notices,
appeals and replies; and on PostgreSQL the index by which texts are searched."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

LAWS = {
    "fr": [
        ("law-hatred", "Provocation à la haine", "Loi du 29 juillet 1881, article 24 : provocation à la discrimination, à la haine ou à la violence."),
        ("law-defamation", "Diffamation", "Loi du 29 juillet 1881, articles 29 et 32 : imputation d’un fait qui porte atteinte à l’honneur."),
        ("law-insult", "Injure", "Loi du 29 juillet 1881, articles 29 et 33 : expression outrageante ou terme de mépris."),
        ("law-terrorism", "Apologie du terrorisme", "Code pénal, article 421-2-5 : provocation au terrorisme ou apologie de tels actes."),
        ("law-threat", "Menace", "Code pénal, articles 222-17 et 222-18 : menace de commettre un crime ou un délit."),
        ("law-harassment", "Harcèlement", "Code pénal, article 222-33-2-2 : harcèlement, aussi quand il est le fait de plusieurs."),
        ("law-privacy", "Atteinte à la vie privée", "Code civil, article 9, et code pénal, article 226-1 : atteinte à l’intimité de la vie privée."),
    ],
    "en": [
        ("law-hatred", "Incitement to hatred", "French law of 29 July 1881, article 24: incitement to discrimination, hatred or violence."),
        ("law-defamation", "Defamation", "French law of 29 July 1881, articles 29 and 32: attributing a fact that harms somebody’s honour."),
        ("law-insult", "Insult", "French law of 29 July 1881, articles 29 and 33: offensive expression or term of contempt."),
        ("law-terrorism", "Glorification of terrorism", "French criminal code, article 421-2-5: incitement to terrorism or glorification of such acts."),
        ("law-threat", "Threat", "French criminal code, articles 222-17 and 222-18: threat to commit a crime or an offence."),
        ("law-harassment", "Harassment", "French criminal code, article 222-33-2-2: harassment, also when it is the work of several."),
        ("law-privacy", "Invasion of privacy", "French civil code, article 9, and criminal code, article 226-1: invasion of private life."),
    ],
}  # fmt: skip

WORDS = {
    "fr": "abruti abrutie batard connard connasse conne cons cretin debile encule enfoire garce idiot imbecile merde ordure pourri putain pute raclure salaud salope traitre vermine",
    "en": "arsehole asshole bastard bitch bullshit crap cretin cunt dickhead fuck fucking idiot imbecile moron motherfucker retard scum shit slut traitor vermin whore",
}  # fmt: skip

MODERATES = [
    "view_notice",
    "view_appeal",
    "decide_appeal",
    "view_secondlook",
    "view_escalation",
    "view_moderationrule",
    "view_transparency",
    *(f"{verb}_moderationword" for verb in ("view", "add", "change", "delete")),
]
EDITS = ["view_reply", "decide_reply", "view_transparency", "view_moderationword"]
GROUPS = {
    "moderator": MODERATES,
    "editor": EDITS,
    "administrator": sorted({*MODERATES, *EDITS}),
}


def add_laws(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    rule = apps.get_model("polls", "ModerationRule")
    rule.objects.bulk_create(
        rule(language=language, key=key, kind="law", position=position, title=title, text=text)
        for language, laws in LAWS.items()
        for position, (key, title, text) in enumerate(laws)
    )


def add_words(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    word = apps.get_model("polls", "ModerationWord")
    word.objects.bulk_create(
        word(language=language, word=one) for language, words in WORDS.items() for one in words.split()
    )


def add_permissions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    import_module("polls.migrations.0002_rules_and_groups").grant(apps, GROUPS)


def wait_since_received(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("polls", "Opinion").objects.update(waits_since=F("submitted_at"))


SEARCH = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX opinion_search ON polls_opinion USING gin (upper(text) gin_trgm_ops);
"""


def add_search(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Any part of a word is found by three letters; the extension is a trusted one, which the
    owner of a database may create. SQLite reads all texts, which its sizes allow."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SEARCH)


class Migration(migrations.Migration):
    dependencies = [("polls", "0005_moderation")]
    operations = [
        migrations.RunPython(add_laws, migrations.RunPython.noop),
        migrations.RunPython(add_words, migrations.RunPython.noop),
        migrations.RunPython(add_permissions, migrations.RunPython.noop),
        migrations.RunPython(wait_since_received, migrations.RunPython.noop),
        migrations.RunPython(add_search, migrations.RunPython.noop),
    ]
