"""Tables of RESULTS.md: every figure beside its reference, every ratio beside its budget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.load import Round

Figure = Callable[[Round], float]


@dataclass(frozen=True)
class Pair:
    """One round of the application and one of what it is compared to, a moment apart."""

    ours: Round
    theirs: Round


@dataclass(frozen=True)
class Line:
    """The cells of one line. `kept` is None where there is no budget, or nothing was measured."""

    name: str
    ours: str = ""
    theirs: str = ""
    ratio: str = ""
    between: str = ""
    budget: str = ""
    kept: bool | None = None

    @property
    def verdict(self) -> str:
        if self.budget and self.kept is None:
            return "not measured"
        return {None: "", True: "kept", False: "missed"}[self.kept]

    def __str__(self) -> str:
        ratio = f"**{self.ratio}**" if self.ratio else ""
        cells = (self.name, self.ours, self.theirs, ratio, self.between, self.budget, self.verdict)
        return f"| {' | '.join(cells)} |"


@dataclass(frozen=True)
class Section:
    """A table under its title. Where there are problems, its figures are worth nothing."""

    title: str
    text: str
    lines: Sequence[Line]
    heads: tuple[str, str] = ("application", "reference")
    after: str = ""
    details: str = ""
    """For the end of the report."""
    problems: Sequence[str] = field(default_factory=list)

    def __str__(self) -> str:
        table = [
            f"| | {self.heads[0]} | {self.heads[1]} | ratio | range | budget | |",
            "| --- | ---: | ---: | ---: | --- | --- | --- |",
            *map(str, self.lines),
        ]
        parts = [f"## {self.title}", self.text, "\n".join(table), self.after]
        return "\n\n".join(filter(None, parts))


def per_second(given: Round) -> float:
    return given.done / given.seconds


def percentile(share: float) -> Figure:
    """Milliseconds that this share of the answers didn't exceed."""

    def figure(given: Round) -> float:
        ordered = sorted(given.latencies)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    return figure


P50, P99 = percentile(0.5), percentile(0.99)


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def compared(name: str, pairs: Sequence[Pair], figure: Figure, **budget: float) -> Line:
    """A figure of both sides in every round; the budget as `ratios` takes it."""
    return ratios(name, [(figure(pair.ours), figure(pair.theirs)) for pair in pairs], **budget)


def ratios(
    name: str,
    values: Sequence[tuple[float, float]],
    *,
    at_least: float = 0,
    at_most: float = 0,
    stretch: float = 0,
) -> Line:
    """Medians of both sides, and the median of the rounds' ratios with its range."""
    if not values:
        return Line(name, budget=wanted(at_least, at_most, stretch))
    found = [ours / theirs for ours, theirs in values]
    ours, theirs = (median(side) for side in zip(*values, strict=True))
    return Line(
        name,
        number(ours),
        number(theirs),
        f"{median(found):.2f}",
        f"{min(found):.2f}–{max(found):.2f}",
        wanted(at_least, at_most, stretch),
        within(median(found), at_least, at_most),
    )


def alone(
    name: str, value: float | None, unit: str = "", *, at_least: float = 0, at_most: float = 0
) -> Line:
    """A figure without a reference; None where it was not measured."""
    budget = f"{wanted(at_least, at_most)} {unit}".strip() if at_least or at_most else ""
    if value is None:
        return Line(name, budget=budget)
    return Line(name, number(value), budget=budget, kept=within(value, at_least, at_most))


def wanted(at_least: float, at_most: float, stretch: float = 0) -> str:
    parts = ((at_least, f"≥ {at_least:g}"), (at_most, f"≤ {at_most:g}"))
    budget = " and ".join(said for limit, said in parts if limit)
    return f"{budget} (stretch {stretch:g})" if stretch else budget


def within(value: float, at_least: float, at_most: float) -> bool | None:
    """Whether the budget is kept; None where there is none."""
    if not (at_least or at_most):
        return None
    return value >= at_least and (not at_most or value <= at_most)


def rounds(title: str, pairs: Sequence[Pair], theirs: str = "reference") -> str:
    """Every round of a load, for the end of the report."""
    lines = [
        f"### {title}",
        "",
        f"| round | application /s | {theirs} /s | ratio | p50 ms | p99 ms"
        " | generator’s share of a core |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for index, pair in enumerate(pairs, start=1):
        sides = (pair.ours, pair.theirs)
        speed = [per_second(side) for side in sides]
        shares = (f"{side.processor / side.seconds:.0%}" for side in sides)
        lines.append(
            f"| {index} | {number(speed[0])} | {number(speed[1])} | {speed[0] / speed[1]:.2f}"
            f" | {' : '.join(number(P50(side)) for side in sides)}"
            f" | {' : '.join(number(P99(side)) for side in sides)} | {' : '.join(shares)} |"
        )
    return "\n".join(lines)
