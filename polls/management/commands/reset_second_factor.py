"""Take a second factor away from the shell: for an administrator who lost the own one."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from polls.staff import second_factor


class Command(BaseCommand):
    help = (
        "Take an account’s second factor and recovery codes away, sign it out everywhere, and"
        " unlock its name; at the next sign-in another second factor is set up."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"No account is named “{options['name']}”.")
        second_factor.forget(user=user)
        second_factor.unlock(user=user)
        self.stdout.write(f"{user.get_username()}: the second factor was taken away.")
