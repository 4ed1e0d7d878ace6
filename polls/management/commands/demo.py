"""Everything to look at: the sample in both languages, simulated readers, an account per role."""

import secrets
from argparse import ArgumentParser
from collections import defaultdict
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from polls.answering.services import NotOpen
from polls.answering.simulation import fitting_rule, simulate
from polls.management.demonstration import write_to_the_newsroom
from polls.models import AudienceShare, Choice, ModerationEvent, Opinion, Response, Survey
from polls.moderation.services import decide

# Language, address, readers, seed: another one for each, or one would translate the other.
SAMPLES = (("fr", "stargate-musk", 400, 20250122), ("en", "stargate-musk-en", 120, 20250121))
ROLES = ("moderator", "editor", "administrator")
# Percent of the invented audience, by the keys of `polls.composing.profile`.
AUDIENCE = {
    **{"15-24": 18, "25-34": 18, "35-49": 15, "50-64": 17, "65": 32},
    **{"closely": 30, "now-and-then": 60, "hardly": 10},
}
DECIDED = 0.6  # of the pending opinions: the rest is the queue to try out
SECOND_STEP = {
    True: "At the first sign-in each sets up a second factor, with an authenticator application.",
    False: "A second factor isn’t asked for here (DEBUG); “My sign-in” sets one up.",
}
LEFT_ALONE = "left alone (new password: manage.py changepassword {name})"


class Command(BaseCommand):
    help = (
        "Load the sample article in French and English, add simulated readers, and make the"
        " accounts moderator, editor and administrator. Called again, it adds what is missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="on a site in production (DEBUG unset) as well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["force"]:
            raise CommandError(
                "This site is in production (DEBUG is not set). The demonstration makes staff"
                " accounts and adds readers who don’t exist; --force does it all the same."
            )
        passwords = make_accounts()
        # Before anything that may fail: they are shown this once.
        self._show(passwords)
        moderator = User.objects.get(username="moderator")
        for language, slug, number, seed in SAMPLES:
            call_command("load_sample", language=language, profile=True, stdout=self.stdout)
            add_audience(slug)
            self.stdout.write(f"/articles/{slug}/: {fill(slug, number, seed, moderator)}")

    def _show(self, passwords: dict[str, str]) -> None:
        self.stdout.write(f"\nAccounts, to sign in at {reverse('admin:index')}")
        self.stdout.write(f"  {'name':<15}password")
        for name in ROLES:
            told = passwords.get(name) or LEFT_ALONE.format(name=name)
            self.stdout.write(f"  {name:<15}{told}")
        if passwords:
            self.stdout.write("The passwords are shown this once and stored nowhere.")
        self.stdout.write(f"{SECOND_STEP[bool(settings.SECOND_FACTOR)]}\n")


@transaction.atomic
def make_accounts() -> dict[str, str]:
    """Make the accounts that aren't there yet; return their passwords by name."""
    groups = {group.name: group for group in Group.objects.filter(name__in=ROLES)}
    if missing := sorted(set(ROLES) - groups.keys()):
        raise CommandError(f"The groups of the first migrations are missing: {', '.join(missing)}.")
    there = set(User.objects.filter(username__in=ROLES).values_list("username", flat=True))
    passwords = {name: secrets.token_urlsafe(12) for name in ROLES if name not in there}
    for name, password in passwords.items():
        user = User.objects.create_user(name, password=password, is_staff=True)
        user.groups.add(groups[name])
    return passwords


def add_audience(slug: str) -> None:
    """Give the sample an audience to be weighted to, named as what it is: invented."""
    survey = Survey.objects.current(slug)
    choices = Choice.objects.filter(question__survey=survey, question__profile=True)
    if survey is None or survey.audience_source or not choices.exists():
        return
    with override(survey.article.language):
        source = _("Demonstration: an invented audience")
    AudienceShare.objects.bulk_create(
        AudienceShare(survey=survey, choice=choice, percent=AUDIENCE[choice.key])
        for choice in choices.filter(key__in=AUDIENCE)
    )
    Survey.objects.filter(pk=survey.pk).update(
        audience_source=source, audience_date=timezone.localdate()
    )


def fill(slug: str, number: int, seed: int, moderator: User) -> str:
    """Add readers where there are no simulated ones, decide on some texts; say what was done."""
    survey = Survey.objects.current(slug)
    if survey is None:
        return "not published, no readers added"
    if survey.simulated:
        return "has simulated readers, none added"
    try:
        simulate(survey=survey, responses=number, seed=seed)
    except NotOpen:
        return "takes no answers now, no readers added"
    decided = decide_some(survey, seed, moderator)
    letters = write_to_the_newsroom(survey)
    return (
        f"{number} simulated readers added, {decided} of their texts decided on,"
        f" {letters} notices, appeals and replies"
    )


def decide_some(survey: Survey, seed: int, moderator: User) -> int:
    """Publish most, and reject those made to be rejected, by the rule that each breaks."""
    random = Random(seed)  # noqa: S311  (the same demonstration each time)
    waiting = Opinion.objects.queue().filter(
        survey=survey, response__channel=Response.Channel.SIMULATION
    )
    by_rule: dict[str, dict[int, int]] = defaultdict(dict)
    for opinion in waiting:
        if random.random() < DECIDED:
            by_rule[fitting_rule(opinion.text)][opinion.pk] = opinion.version
    action = ModerationEvent.Action
    outcomes = [
        decide(versions=by_rule.pop("", {}), action=action.PUBLISH, moderator=moderator),
        *(
            decide(versions=by_rule[rule.key], action=action.REJECT, moderator=moderator, rule=rule)
            for rule in survey.rules.filter(key__in=by_rule)
        ),
    ]
    return sum(len(outcome.decided) for outcome in outcomes)
