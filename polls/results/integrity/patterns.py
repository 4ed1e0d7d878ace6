"""What a rule looks for in responses, as plain functions: no Django, no database.

The numbers are part of a rule's version: who changes one makes a new version (`rules`), because
thresholds are fixed when a survey is published. `docs/integrity.md` gives the reasons.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

# Repeats: what tells one hand from an office behind the same address.
ALIKE_ITEMS = 6  # a response with fewer answers says too little to be called alike
ALIKE_SHARE = 0.85  # of its answers, equal to the usual ones
SHORT_SAME = 10  # responses with fewer answers than ALIKE_ITEMS, exactly the same
RUN, RUN_GAP = 3, timedelta(seconds=15)

# Bursts: windows compared with those around them.
WINDOW = 600  # seconds
AROUND = 12  # windows on each side: two hours
NEEDED = 6  # of them, or there is no usual rate yet
FLOOR = 5  # responses; the rate of a quiet night is no yardstick
FEWEST = 30  # responses in a window

LETTERS = 60  # in a text; shorter ones are said alike by people who never met


@dataclass(frozen=True)
class Sent:
    """One response of an address: its id, when it came, and what it answered."""

    id: int
    at: datetime
    answers: Mapping[str, str | list[str]]


def linked(sent: Sequence[Sent]) -> set[int]:
    """The ids, of responses in order of time, that more than their address ties together."""
    return _alike(sent) | _short_and_same(sent) | _in_a_run(sent)


def _alike(sent: Sequence[Sent]) -> set[int]:
    """Those whose answers are nearly the usual ones of the address.

    The share of equal answers is the "percent match" of Kuriakose and Robbins (2016), taken
    against the most frequent answer to each item rather than between all pairs, so that the cost
    grows with the responses and not with their square. An answer that one response alone gave is
    nobody's usual answer.
    """
    long = [one for one in sent if len(one.answers) >= ALIKE_ITEMS]
    given: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in long:
        for item, answer in one.answers.items():
            given[item][str(answer)] += 1
    common = {item: counts.most_common(1)[0] for item, counts in given.items()}
    usual = {item: answer for item, (answer, count) in common.items() if count > 1}

    def equal(one: Sent) -> int:
        return sum(usual.get(item) == str(answer) for item, answer in one.answers.items())

    return {one.id for one in long if equal(one) >= ALIKE_SHARE * len(one.answers)}


def _short_and_same(sent: Sequence[Sent]) -> set[int]:
    same: defaultdict[str, list[int]] = defaultdict(list)
    for one in sent:
        if len(one.answers) < ALIKE_ITEMS:
            same[str(sorted(one.answers.items()))].append(one.id)
    return {id for ids in same.values() if len(ids) >= SHORT_SAME for id in ids}


def _in_a_run(sent: Sequence[Sent]) -> set[int]:
    """Those of RUN or more that followed one another, each within RUN_GAP of the one before."""
    found: set[int] = set()
    run: list[Sent] = []
    for one in sent:
        if run and one.at - run[-1].at > RUN_GAP:
            run = []
        run.append(one)
        if len(run) >= RUN:
            found.update(member.id for member in run[-RUN:])
    return found


def bursts(
    counts: Mapping[int, int], *, first: int, last: int, threshold: float
) -> dict[int, float]:
    """Windows, by number, that stand out of the hours around them, with their ratio.

    `counts` are the responses of each window from `first` to `last`, both whole; one that is
    absent had none. The yardstick is the median of the windows before or of those after,
    whichever is higher: a link on a front page lifts what follows too, a script's burst doesn't.
    """
    found = {}
    for window in sorted(window for window, count in counts.items() if count >= FEWEST):
        before = range(max(first, window - AROUND), window)
        after = range(window + 1, min(last, window + AROUND) + 1)
        if len(before) < NEEDED or len(after) < NEEDED:
            continue
        usual = max(FLOOR, *(median(counts.get(w, 0) for w in side) for side in (before, after)))
        if counts[window] >= threshold * usual:
            found[window] = counts[window] / usual
    return found


def straight(points: Iterable[int | None]) -> int:
    """How many items all got the same point; 0 where they didn't, or one got "no opinion"."""
    given = list(points)
    return len(given) if len(set(given)) == 1 and None not in given else 0


def letters(text: str) -> str:
    """A text's letters and digits, without case, accents, blanks and punctuation."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in plain if character.isalnum())
