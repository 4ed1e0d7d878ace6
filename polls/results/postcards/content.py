"""The words and numbers of a picture, from the figures, in the language that is active.

Shares are rounded as on the page (`lib.numbers`). What a headline would say is of all answers; the
bars are of those with an opinion, as on the page; each base is named.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from polls.lib import languages
from polls.lib.numbers import day, percent, whole
from polls.models import Statement

from ..pictures import bar, reach
from ..queries import ItemResult, Results
from ..statistics import share
from ..wording import sentence
from .card import Choice, ChoiceRows, Part, Postcard, Said, ScaleRow, Share
from .labels import Labels

MOST_CHOICES = 5


def postcard(figures: Results, statement: Statement | None = None) -> Postcard:
    """The picture of an edition's two main items, or of one statement of it."""
    items = figures.on_the_whole if statement is None else figures.about(statement.number)
    scales = [item for item in items if item.points][:2] if figures.respondents else []
    lists = [item for item in items if not item.points and item.answered]
    choices = _choices(lists[0], figures) if lists and not scales else None
    card = figures.identity
    return Postcard(
        site=settings.SITE_NAME,
        kicker=_("Readers’ answers"),
        headline=figures.question,
        said=_said(statement, figures.language) if statement else None,
        answers=_answers(figures),
        answers_brief=_answers(figures, brief=True),
        scales=_scales(scales, figures),
        choices=choices,
        empty="" if scales or choices else _empty(figures),
        bases=_bases(scales, figures.respondents),
        notice=(
            _("A consultation of readers, open to all. It is not a poll."),
            _("Those who answer chose to: they represent neither the readers nor the population."),
        ),
        simulated=_simulated() if card.simulated else None,
        source=_source(figures.slug),
        edition=_edition(figures),
        language=figures.language,
    )


def _said(statement: Statement, language: str) -> Said:
    is_verbatim = statement.form == Statement.Form.VERBATIM
    marks = languages.of(language).quotes if is_verbatim else ("", "")
    form = _("verbatim") if is_verbatim else _("reported, not quoted")
    if is_verbatim and statement.original:
        form = _("verbatim, translated")
    number = _("Statement %(number)s") % {"number": statement.number}
    on = [day(statement.said_on)] if statement.said_on else []
    return Said(statement.text, marks, number, statement.speaker, " · ".join([*on, form]))


def _simulated() -> tuple[str, str]:
    return _("Simulated readers."), _(
        "These figures contain answers made by a program, to show the page. They are nobody’s"
        " opinion."
    )


def _answers(figures: Results, *, brief: bool = False) -> str:
    """How many answers, and of which day where it is still open."""
    card = figures.identity
    text = ngettext("%(number)s answer", "%(number)s answers", card.counted) % {
        "number": whole(card.counted)
    }
    if card.set_aside and not brief:
        values = {"answers": text, "number": whole(card.set_aside)}
        text = _("%(answers)s counted, %(number)s set aside") % values
    if card.closes and card.closes <= figures.at:
        return text
    today = day(timezone.localtime(figures.at))
    return _("%(answers)s, as of %(day)s") % {"answers": text, "day": today}


def _edition(figures: Results) -> str:
    """Which edition, when it was open, and the beginning of its digest."""
    card = figures.identity
    values = {
        "edition": card.edition,
        "digest": card.digest[:8],
        "opened": day(timezone.localtime(card.opened or figures.at)),
    }
    if card.closes is None:
        return _("edition %(edition)s, open since %(opened)s, data %(digest)s") % values
    values["closes"] = day(timezone.localtime(card.closes))
    return _("edition %(edition)s, open from %(opened)s to %(closes)s, data %(digest)s") % values


def _bases(scales: Sequence[ItemResult], respondents: int) -> tuple[str, str]:
    """What the percentages are shares of: of the words, and of the bars, item by item."""
    opinions = [whole(item.with_opinion) for item in scales]
    if len(opinions) > 1:
        values = {"first": opinions[0], "second": opinions[1]}
        opinions = [_("%(first)s and %(second)s") % values]
    return (
        _("Of all answers (%(number)s)") % {"number": whole(respondents)},
        _of_opinions("".join(opinions)),
    )


def _of_opinions(number: str) -> str:
    return _("Of those with an opinion (%(number)s)") % {"number": number}


def _empty(figures: Results) -> str:
    if not figures.respondents:
        return _("Nobody has answered yet.")
    return _("The figures stand on the page of the results.")


def _source(slug: str) -> tuple[str, str]:
    """Where the figures and their whole identity card stand, as a reader would type it."""
    host = urlsplit(settings.PUBLIC_ORIGINS[0]).netloc
    return f"{host}{reverse('results', args=[slug])}", host


def _scales(items: Sequence[ItemResult], figures: Results) -> tuple[ScaleRow, ...]:
    width = reach(items)
    return tuple(_scale(item, width, figures.respondents) for item in items)


def _scale(item: ItemResult, reach: float, respondents: int) -> ScaleRow:
    labels = Labels(tuple(point.label for point in item.points))
    return ScaleRow(
        wording=item.wording,
        sentence=sentence(item),
        of_all=_of_all(item, labels, respondents) if item.sides else (),
        base=_of_opinions(whole(item.with_opinion)),
        points=tuple(Share(percent(point.share), point.label) for point in item.points),
        parts=_parts(item, labels, reach),
    )


def _of_all(item: ItemResult, labels: Labels, respondents: int) -> tuple[Share, ...]:
    """Below and above the middle, the same two for every item, whichever is larger; and nowhere."""
    values = [point.value or 0 for point in item.points]
    middle = (min(values) + max(values)) / 2
    below = [index for index, value in enumerate(values) if value < middle]
    above = [index for index, value in enumerate(values) if value > middle]
    without = item.no_opinion + item.not_answered
    return (
        Share(
            _share(item, below, respondents),
            labels.joined(below[::-1]) or _("below the middle of the scale"),
        ),
        Share(
            _share(item, above, respondents),
            labels.joined(above) or _("above the middle of the scale"),
        ),
        Share(percent(share(without, respondents)), _("no opinion or no answer")),
    )


def _share(item: ItemResult, points: Sequence[int], respondents: int) -> str:
    return percent(share(sum(item.points[index].count for index in points), respondents))


def _parts(item: ItemResult, labels: Labels, reach: float) -> tuple[Part, ...]:
    """The bar's segments with their points: a point without a width has none."""
    drawn = bar(item, reach)
    points = iter(enumerate(item.points))
    parts = []
    for segment in drawn.segments if drawn else ():
        index = next(index for index, point in points if (point.share or 0) == segment.share)
        share = percent(segment.share)
        parts.append(Part(labels.short[index], segment.tone, segment.x, segment.width, share))
    return tuple(parts)


def _choices(item: ItemResult, figures: Results) -> ChoiceRows:
    ranked = sorted(item.choices, key=lambda choice: -choice.count)
    shown = ranked if len(ranked) <= MOST_CHOICES else ranked[: MOST_CHOICES - 1]
    left = len(ranked) - len(shown)
    longest = max(choice.share_of_all or 0 for choice in shown) or 1
    others = ngettext("and %(number)s other choice", "and %(number)s other choices", left)
    return ChoiceRows(
        wording=item.wording,
        choices=tuple(
            Choice(
                choice.label,
                percent(choice.share_of_all),
                round((choice.share_of_all or 0) / longest * 100, 2),
            )
            for choice in shown
        ),
        others=others % {"number": left} if left else "",
    )
