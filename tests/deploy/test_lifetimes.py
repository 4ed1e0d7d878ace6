"""How long caches may keep what a reader wrote: the headers of every door that shows it."""

import re

import pytest

from polls.lib import caching
from polls.models import ModerationEvent, Survey
from polls.moderation.services import decide
from tests.factories import make_opinion, make_staff
from tests.reader import Reader

EVERY_DOOR = 60  # seconds: mechanisms.md's promise
CACHES = 2  # nginx, and a delivery network that doesn't look at a copy's age


def kept(header: str) -> int:
    """Seconds for which a shared cache may show a copy, while it asks for a newer one included."""
    found = dict(re.findall(r"([a-z-]+)=(\d+)", header))
    fresh = found.get("s-maxage") or found.get("max-age", "0")
    stale = (found.get(f"stale-{name}", "0") for name in ("while-revalidate", "if-error"))
    return int(fresh) + max(map(int, stale))


DOORS = [
    "/articles/pont/results/",
    "/api/v1/surveys/pont/opinions.json",
    "/articles/pont/opinions.atom",
]


@pytest.mark.parametrize("door", DOORS)
def test_a_rejected_text_leaves_every_door_within_a_minute(
    door: str, survey: Survey, reader: Reader
) -> None:
    opinion = make_opinion(survey, "Un pont trop loin.")
    decide(
        versions={opinion.pk: opinion.version},
        action=ModerationEvent.Action.PUBLISH,
        moderator=make_staff("moderator"),
    )
    answer = reader.get(door)
    assert "Un pont trop loin." in answer.content.decode()
    own = caching.SECONDS
    assert own + CACHES * kept(answer["Cache-Control"]) <= EVERY_DOOR
