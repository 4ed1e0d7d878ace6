"""What is shown of each text, collected for a whole page at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from polls.models import ModerationEvent, ModerationRule, Notice, Opinion, Response
from polls.moderation import notes
from polls.moderation.echoes import echoes
from polls.moderation.grounds import grounds_of
from polls.moderation.queue import State, last_decisions, order_of, place_of
from polls.moderation.signals import Explained, explained

Status = Opinion.Status
# A text of more characters or lines is folded in the list.
FOLDED, FOLDED_LINES = 800, 12
# The keys that choose a ground, in order.
KEYS = "123456789abcdefg"


@dataclass(frozen=True)
class Row:
    """One text with all that a moderator sees of it, but not its author's ratings."""

    opinion: Opinion
    signals: Sequence[Explained]
    seen: Sequence[int]
    notices: Sequence[Notice]
    notes: int
    last: ModerationEvent | None
    grounds: Sequence[ModerationRule]
    buttons: SafeString
    place: str
    next: int

    @property
    def long(self) -> bool:
        return len(self.opinion.text) > FOLDED or self.opinion.text.count("\n") >= FOLDED_LINES

    @property
    def age(self) -> str:
        return timesince(self.opinion.waits_since, depth=1)

    @property
    def publishes(self) -> bool:
        held = self.opinion.status == Status.HELD and self.opinion.may_publish
        return self.opinion.waits or held

    @property
    def rejects(self) -> bool:
        return self.opinion.status in (Status.PENDING, Status.PUBLISHED, Status.HELD)

    @property
    def holds(self) -> bool:
        return self.opinion.status in (Status.PENDING, Status.PUBLISHED)

    @property
    def undoes(self) -> bool:
        decided = (Status.PUBLISHED, Status.REJECTED, Status.HELD)
        return self.opinion.status in decided and not self.opinion.waits

    @property
    def is_reported(self) -> bool:
        return self.opinion.lane < Opinion.Lane.USUAL


def rows_of(opinions: Sequence[Opinion], state: str = State.WAITING) -> list[Row]:
    """In a number of queries that doesn't grow with the texts."""
    if not opinions:
        return []
    waiting = Prefetch(
        "notices", Notice.objects.filter(status=Notice.Status.OPEN), to_attr="open_notices"
    )
    # Of the response only what was odd about its sending: the answers stay where they are.
    sending = Prefetch("response", Response.objects.only("suspicion"))
    prefetch_related_objects(list(opinions), "survey__article", waiting, sending)
    grounds = grounds_of([opinion.survey for opinion in opinions])
    buttons = {survey: _buttons(rules) for survey, rules in grounds.items()}
    seen, written, order = echoes(opinions), notes.numbers(opinions), order_of(state)
    last = last_decisions(one for one in opinions if not one.waits)
    following = [*(opinion.pk for opinion in opinions[1:]), 0]
    return [
        Row(
            opinion=opinion,
            signals=explained(opinion),
            seen=seen.get(opinion.pk, []),
            notices=getattr(opinion, "open_notices", []),
            notes=written.get(opinion.pk, 0),
            last=last.get(opinion.pk),
            grounds=grounds[opinion.survey_id],
            buttons=buttons[opinion.survey_id],
            place=place_of(opinion, order) if hasattr(opinion, "received") else "",
            next=after,
        )
        for opinion, after in zip(opinions, following, strict=True)
    ]


def _buttons(rules: Sequence[ModerationRule]) -> SafeString:
    """One button for each ground, the same for all texts of a survey: drawn once for the page."""
    keyed = [(KEYS[n] if n < len(KEYS) else "", rule) for n, rule in enumerate(rules)]
    return render_to_string("admin/polls/opinion/_grounds.html", {"keyed": keyed})
