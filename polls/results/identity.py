"""The identity card: what stands beside every figure, so that nobody takes it for more than it is.

A free-response consultation may never pass for a poll of a representative sample (notice of the
Commission des sondages, 31 March 2017), and has no margin of error (AAPOR on opt-in samples).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from polls.models import Edition

from .tallies import RESPONDENTS, Standing


@dataclass(frozen=True)
class IdentityCard:
    """How the answers came about. Counts are of responses; `digest` is taken over the tallies."""

    article: str
    question: str
    edition: int
    language: str
    opened: datetime | None
    closes: datetime | None
    reached: str
    received: int
    set_aside: int
    moderation: str
    simulated: bool
    digest: str

    @property
    def counted(self) -> int:
        return self.received - self.set_aside


def tells_raw(edition: Edition, set_aside: int) -> bool:
    """Whether raw figures may stand beside adjusted ones.

    Of fewer than the smallest group that is shown the difference would tell how they answered.
    """
    return set_aside == 0 or set_aside >= edition.survey.minimum_group


def identity_card(edition: Edition, standing: Standing, *, simulated: bool) -> IdentityCard:
    survey = edition.survey
    counted, set_aside = (
        tally.get(RESPONDENTS, 0) for tally in (standing.counted, standing.excluded)
    )
    return IdentityCard(
        article=edition.article.title,
        question=survey.question,
        edition=survey.edition,
        language=edition.article.language,
        opened=survey.opens_at or survey.published_at,
        closes=survey.closes_at,
        reached=survey.reached,
        received=counted + set_aside,
        set_aside=set_aside,
        moderation=survey.moderation,
        simulated=simulated,
        digest=digest(edition, standing),
    )


def digest(edition: Edition, standing: Standing) -> str:
    """SHA-256 over the tallies in key order, one line each: question, choice, counted, set aside.

    Two pages with the same digest show the same figures; a count that changed changes it. Where raw
    figures are not told it holds no more of what was set aside than how many: a digest of few
    possible answers can be undone by trying.
    """
    whole = standing.excluded.get(RESPONDENTS, 0)
    aside = standing.excluded if tells_raw(edition, whole) else {RESPONDENTS: whole}
    lines = [f"{edition.article.slug}\t{edition.survey.edition}"]
    for question, choice in sorted(standing.counted.keys() | aside.keys()):
        pair = (
            standing.counted.get((question, choice), 0),
            aside.get((question, choice), 0),
        )
        if any(pair):
            lines.append(f"{question}\t{choice}\t{pair[0]}\t{pair[1]}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
