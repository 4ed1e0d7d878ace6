"""What moderators tell each other about a text: added, never changed."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count

from polls.models import ModerationNote, Opinion, display_name

LONGEST = 1000


class NothingToNote(ValueError):
    """No words, or the text that they would be about is gone."""


@transaction.atomic
def add(*, opinion: int, author: User, text: str) -> ModerationNote:
    """Add a note to the opinion with this id, under the author's name as it is today.

    Raises NothingToNote for an empty note, and where the text was taken back or erased: its notes
    went with it, and a new one could quote it.
    """
    text = text.strip()[:LONGEST]
    found = Opinion.objects.select_for_update().filter(pk=opinion).exclude(text="").first()
    if not text or found is None:
        raise NothingToNote
    return ModerationNote.objects.create(
        opinion=found, author=author, author_name=display_name(author), text=text
    )


def numbers(opinions: Iterable[Opinion]) -> dict[int, int]:
    """How many notes there are of each that has any; one query."""
    ids = [opinion.pk for opinion in opinions]
    found = ModerationNote.objects.filter(opinion__in=ids).order_by().values("opinion")
    return dict(found.annotate(number=Count("pk")).values_list("opinion", "number"))
