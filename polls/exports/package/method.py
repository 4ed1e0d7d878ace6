"""method.md: how the figures came about, for whoever prints or judges them."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from polls.lib.numbers import moment, percent, whole
from polls.results.identity_wording import identity_lines, notice, set_aside_lines
from polls.results.integrity.rules import rule_of
from polls.results.queries import SetAside
from polls.results.scenario.figures import Scenario

from .contents import Contents


def method(contents: Contents) -> str:
    """The note as Markdown, in the active language."""
    parts = [f"# {contents.order.survey.article.title}"]
    if contents.then.results.simulated:
        parts.append(f"**{_simulated()}**")
    for heading, lines in _sections(contents):
        parts += [f"## {heading}", *lines]
    return "\n\n".join(parts) + "\n"


def _sections(contents: Contents) -> Iterator[tuple[str, list[str]]]:
    then = contents.then
    card = identity_lines(then.results.identity, then.results.set_aside)
    yield _("Identity card"), [_listed(f"**{line.label}** – {line.text}" for line in card)]
    yield _("Which figures these are"), list(_which(contents))
    yield _("How answers are counted"), _counted()
    yield _("No opinion, and not answered"), [_no_opinion()]
    yield _("What was set aside"), list(_set_aside(contents))
    yield _("Small groups"), [_small_groups(contents.smallest_group)]
    if then.scenario:
        yield _("The weighted scenario"), [_weighted(then.scenario)]
    yield _("What to print beside a figure"), list(_to_print(contents))
    if contents.is_internal:
        yield _("Since these figures"), list(_since(contents))


def _listed(lines: Iterator[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _which(contents: Contents) -> Iterator[str]:
    at = moment(datetime.fromisoformat(contents.document["published"]))
    if contents.release:
        told = _("Release %(number)s, “%(title)s”, published %(moment)s.")
        yield told % {
            "number": contents.release.number,
            "title": contents.release.title,
            "moment": at,
        }
        yield _(
            "release.json is the document that was published, byte for byte; its SHA-256 stands on"
            " the release’s page:"
        )
    else:
        yield _("Nothing was released yet: the figures as they stood %(moment)s.") % {"moment": at}
        yield _("The SHA-256 of release.json:")
    yield f"`{contents.digest}`"


def _counted() -> list[str]:
    return [
        _(
            "Whoever reads the page may answer, without an account, once: a device that has"
            " answered is recognised by a cookie and a random key. A probable repeat without them"
            " is kept and flagged by a rule, and a person decides whether it is set aside. That"
            " hinders whoever answers twice, and doesn’t exclude it."
        ),
        _(
            "Every response that was received and not withdrawn counts once, a changed one as it"
            " was changed last. The figures are counts and shares of counts. Nothing is estimated,"
            " and there is no margin of error: those who answered were not drawn at random."
        ),
        _(
            "A share is of those with an opinion on a scale, and of those who answered otherwise;"
            " share_of_all is of all responses that count. In a multiple choice the shares may add"
            " up to more than 1: they are of people. The median is the lowest point that half of"
            " those with an opinion do not exceed. The points of a scale have no equal distances:"
            " its mean is never printed alone."
        ),
    ]


def _no_opinion() -> str:
    return _(
        "“No opinion” was chosen by the reader, stands apart from the points of a scale, and is in"
        " no share of opinions, median or mean. Not answered means that nothing was chosen. Each is"
        " counted by itself."
    )


def _set_aside(contents: Contents) -> Iterator[str]:
    figures = contents.then.results
    card = figures.identity
    if not card.set_aside:
        yield _("Nothing was set aside: the raw figures are the figures.")
        return
    told = _(
        "Of %(received)s responses received, a person has set %(number)s aside, to which a rule had"
        " pointed: no rule does so by itself. Columns that begin with raw_ are of everything"
        " received, the others leave out what was set aside."
    )
    yield told % {"received": whole(card.received), "number": whole(card.set_aside)}
    if not figures.raw:
        yield _("So few were set aside that raw figures would tell how they answered.")
    lines = zip(set_aside_lines(figures), figures.set_aside, strict=True)
    yield _listed(
        f"**{line.rule}** ({line.version}) – {line.text}. {_described(part)}".strip()
        for line, part in lines
    )


def _described(part: SetAside) -> str:
    try:
        return rule_of(part.rule, part.version).description
    except KeyError:  # it was taken out of the code since
        return ""


def _small_groups(smallest: int) -> str:
    told = _(
        "In comparisons and over time, groups of fewer than %(number)s responses are not shown, nor"
        " what would give them away by subtraction: such a cell is empty, and hidden is 1."
    )
    return told % {"number": smallest}


def _weighted(scenario: Scenario) -> str:
    told = _(
        "release.json has a scenario: the figures as they would be if those who answered were"
        " composed like the audience of the paper (%(source)s, %(date)s). It rests on %(base)s of"
        " %(respondents)s responses, as much as %(effective)s unweighted ones (%(efficiency)s)."
        " Weights mend only what readers say of themselves, and never make a poll of a"
        " consultation. It is never printed without the unweighted figures beside it."
    )
    return told % {
        "source": scenario.source,
        "date": scenario.date,
        "base": whole(scenario.n),
        "respondents": whole(scenario.respondents),
        "effective": whole(scenario.effective_readers),
        "efficiency": percent(scenario.efficiency),
    }


def _to_print(contents: Contents) -> Iterator[str]:
    lines = [
        _("in full: “%(notice)s”") % {"notice": notice()},
        _(
            "the question word for word, how many answered, from when to when, how they were"
            " reached"
        ),
        _("the number of the release, or the day and hour of the figures"),
        _("what a share is a share of"),
        _("never a margin of error, nor a word that makes a poll of it or speaks for all readers"),
    ]
    yield _listed(iter(lines))


def _simulated() -> str:
    return _(
        "Responses made by a program are among these: the figures are a demonstration, and may"
        " not be printed as what readers answered."
    )


def _since(contents: Contents) -> Iterator[str]:
    yield _("responses.csv holds the responses as they stood %(moment)s.") % {
        "moment": moment(contents.moment)
    }
    since = contents.since
    if since is None or since.is_nothing:
        yield _("Nothing has changed in the answers since the figures.")
        return
    told = _(
        "Since the release %(came)s responses came in, %(changed)s were changed, %(withdrawn)s were"
        " withdrawn, and %(set_aside)s set aside or taken back in. A count of responses.csv may"
        " therefore differ from the release, which is final."
    )
    yield told % {
        "came": whole(since.came),
        "changed": whole(since.changed),
        "withdrawn": whole(since.withdrawn),
        "set_aside": whole(since.set_aside),
    }
