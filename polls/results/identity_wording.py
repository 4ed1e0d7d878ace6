"""The identity card in words, in the language that is active."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from polls.lib.numbers import moment, percent, whole
from polls.models import FlagGroup, Survey

from .identity import IdentityCard
from .queries import Results, SetAside
from .statistics import share


def notice_in(language: str) -> str:
    with override(language):
        return notice()


def own_page() -> str:
    """How readers are reached where nobody says otherwise."""
    return _("By the article’s page, and where the newsroom lets another site embed it.")


def quoted(words: Sequence[str]) -> str:
    """Words each in the quotation marks of the active language."""
    return ", ".join(_("“%(word)s”") % {"word": word} for word in words)


@dataclass(frozen=True)
class Line:
    label: str
    text: str


def notice() -> str:
    """The sentence without which no figure stands anywhere."""
    return _(
        "A consultation of readers, open to all. It is not a poll: those who answer chose to, and"
        " their answers represent neither the readers nor the population."
    )


def identity_lines(card: IdentityCard, set_aside: Sequence[SetAside]) -> tuple[Line, ...]:
    """How the figures came about, for whoever must judge or print them."""
    return (
        Line(_("What this is"), notice()),
        Line(_("Question asked"), card.question),
        Line(pgettext("consultation", "Open"), _open(card)),
        Line(_("How readers were reached"), card.reached or own_page()),
        Line(_("Answers"), _answers(card, set_aside)),
        Line(_("Opinions"), _moderation(card)),
        Line(_("Edition"), str(card.edition)),
        Line(_("Digest of the counts (SHA-256)"), card.digest),
    )


def _open(card: IdentityCard) -> str:
    begun = moment(card.opened) if card.opened else "–"
    if card.closes is None:
        return _("since %(begun)s, without a set end") % {"begun": begun}
    return _("from %(begun)s to %(end)s") % {"begun": begun, "end": moment(card.closes)}


def _answers(card: IdentityCard, set_aside: Sequence[SetAside]) -> str:
    received = ngettext(
        "%(number)s answer received", "%(number)s answers received", card.received
    ) % {"number": whole(card.received)}
    if not card.set_aside:
        return _("%(received)s, all of them counted.") % {"received": received}
    rules = ", ".join(dict.fromkeys(rule_name(part.rule) for part in set_aside))
    aside = _("%(received)s, of which %(number)s set aside (%(rules)s) and %(counted)s counted.")
    return aside % {
        "received": received,
        "number": whole(card.set_aside),
        "rules": rules,
        "counted": whole(card.counted),
    }


def _moderation(card: IdentityCard) -> str:
    if card.moderation == Survey.Moderation.AFTER:
        return _("Texts appear at once and a moderator reads them afterwards.")
    return _("A moderator reads each text before it is published.")


def rule_name(rule: str) -> str:
    """A rule in words; one that this version doesn't know any more by its key."""
    return str(dict(FlagGroup.Rule.choices).get(rule, rule))


@dataclass(frozen=True)
class SetAsideLine:
    """What one rule's groups set aside: how many responses, and of what share of all received."""

    rule: str
    version: int
    count: int
    share: float | None

    @property
    def text(self) -> str:
        values = {"number": whole(self.count), "share": percent(self.share)}
        return _("%(number)s (%(share)s of those received)") % values


def set_aside_lines(figures: Results) -> tuple[SetAsideLine, ...]:
    received = figures.received
    return tuple(
        SetAsideLine(rule_name(part.rule), part.version, part.count, share(part.count, received))
        for part in figures.set_aside
    )
