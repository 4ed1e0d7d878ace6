"""The rules by which a text may be rejected, in both languages, and the three groups of staff."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RULES = {
    "fr": [
        ("hate", "Ni haine ni discrimination", "Pas d’injure, de menace ni d’appel à la haine contre une personne ou un groupe."),
        ("defamation", "Pas d’accusation sans preuve", "Pas de fait déshonorant prêté à quelqu’un sans source : la diffamation est punie par la loi."),
        ("privacy", "Pas de donnée personnelle", "Pas d’adresse, de numéro de téléphone ni de détail de la vie privée, le vôtre compris."),
        ("off-topic", "Rester dans le sujet", "Le texte répond à l’article ou à sa question."),
        ("advertising", "Pas de publicité", "Ni publicité, ni lien commercial, ni appel à une collecte."),
        ("repeated", "Une seule fois", "Le même texte n’est pas publié plusieurs fois, ni un texte recopié en masse."),
    ],
    "en": [
        ("hate", "No hate, no discrimination", "No insult, threat or call to hatred against a person or a group."),
        ("defamation", "No accusation without proof", "No dishonourable fact about anyone without a source: defamation is against the law."),
        ("privacy", "No personal data", "No address, telephone number or detail of private life, your own included."),
        ("off-topic", "Keep to the subject", "The text answers the article or its question."),
        ("advertising", "No advertising", "No advertising, commercial link or appeal for funds."),
        ("repeated", "Only once", "The same text is not published several times, nor a text copied in bulk."),
    ],
}  # fmt: skip

DECIDES = [
    "view_opinion",
    "moderate_opinion",
    "view_moderationevent",
    "view_survey",
    "view_article",
]
COMPOSES = [
    *(
        f"{verb}_{model}"
        for model in ("article", "statement", "fact", "survey", "question", "choice")
        for verb in ("view", "add", "change", "delete")
    ),
    "publish_survey",
    "export_survey",
    "view_auditevent",
    "view_moderationrule",
]
RULES_OF_THE_HOUSE = ["add_moderationrule", "change_moderationrule", "delete_moderationrule"]
STAFF = ["view_user", "add_user", "change_user", "view_group"]

GROUPS = {
    "moderator": DECIDES,
    "editor": COMPOSES,
    "administrator": sorted({*DECIDES, *COMPOSES, *RULES_OF_THE_HOUSE, *STAFF}),
}


def add_rules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rule = apps.get_model("polls", "ModerationRule")
    rule.objects.bulk_create(
        rule(language=language, key=key, position=position, title=title, text=text)
        for language, rules in RULES.items()
        for position, (key, title, text) in enumerate(rules)
    )


def add_groups(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    grant(apps, GROUPS)


def grant(apps: Apps, groups: dict[str, list[str]]) -> None:
    """Add permissions to the groups, which are made where they don't exist."""
    # Permissions are made after all migrations; the groups need theirs now.
    for label in ("auth", "polls"):
        config = apps.get_app_config(label)
        if not hasattr(config, "models_module"):  # a migration's stand-in for the app
            config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
    permission, group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    for name, codenames in groups.items():
        found = permission.objects.filter(
            codename__in=codenames, content_type__app_label__in=["auth", "polls"]
        )
        missing = set(codenames) - set(found.values_list("codename", flat=True))
        if missing:
            raise LookupError(f"no such permissions: {sorted(missing)}")
        group.objects.get_or_create(name=name)[0].permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("polls", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(add_rules, migrations.RunPython.noop),
        migrations.RunPython(add_groups, migrations.RunPython.noop),
    ]
