"""What an address of the queue asks for, and addresses that ask for something else."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.http import QueryDict

from polls.models import Signal
from polls.moderation.queue import OPEN_STATES, Filters, State

LIST, READ = "list", "read"
# Texts a page. The long ones are for decisions in bulk, of which 500 is the most.
SIZES = (50, 200, 500)
PLACE = re.compile(r"[A-Za-z0-9_-]{1,200}")
NUMBER = re.compile(r"[0-9]{1,18}")
LONGEST_TERM = 100


@dataclass(frozen=True)
class Asked:
    """A page of the queue. Whatever an address says, this is something that can be shown."""

    filters: Filters = field(default_factory=Filters)
    mode: str = LIST
    size: int = SIZES[0]
    after: str = ""
    before: str = ""
    # Every box ticked, for who has no script that does it.
    ticked: bool = False

    @classmethod
    def of(cls, given: QueryDict) -> Self:
        state = _one_of(State.values, given.get("state"), State.WAITING)
        signal = _one_of(Signal.values, given.get("signal"), "")
        filters = Filters(
            state=state,
            survey=number(given.get("survey")),
            # Elsewhere signals have no index, and nothing waits to be read first.
            signal=signal if state in OPEN_STATES else "",
            term=" ".join(given.get("q", "").replace("\x00", " ").split())[:LONGEST_TERM],
        )
        return cls(
            filters,
            mode=_one_of((LIST, READ), given.get("mode"), LIST),
            size=_one_of(SIZES, number(given.get("size")), SIZES[0]),
            after=_place(given.get("after")),
            before=_place(given.get("before")),
            ticked=given.get("tick") == "all",
        )

    @classmethod
    def again(cls, query: str) -> Self:
        """From a query that a form of ours sent along; what isn't ours is left out."""
        return cls.of(QueryDict(query[:2000]))

    @property
    def reads(self) -> bool:
        return self.mode == READ

    def query(self, **changes: Any) -> str:
        """The query of this page, or of one that differs by `changes`; "" for the plain queue."""
        asked = replace(self, **changes)
        named = {
            "state": asked.filters.state,
            "survey": asked.filters.survey,
            "signal": asked.filters.signal,
            "q": asked.filters.term,
            "mode": asked.mode,
            "size": asked.size,
            "after": asked.after,
            "before": asked.before,
            "tick": "all" if asked.ticked else "",
        }
        plain = {"state": State.WAITING, "mode": LIST, "size": SIZES[0]}
        query = QueryDict(mutable=True)
        query.update(
            {key: str(value) for key, value in named.items() if value != plain.get(key) and value}
        )
        return query.urlencode()

    def elsewhere(self, **changes: Any) -> str:
        """The query of the first page where other filters hold."""
        filters = replace(self.filters, **changes)
        if filters.state not in OPEN_STATES:
            filters = replace(filters, signal="")
        return self.query(filters=filters, after="", before="", ticked=False)


def number(text: str | None) -> int:
    return int(text) if text and NUMBER.fullmatch(text) else 0


def _one_of(known: Any, given: Any, otherwise: Any) -> Any:
    return given if given in known else otherwise


def _place(given: str | None) -> str:
    return given if given and PLACE.fullmatch(given) else ""
