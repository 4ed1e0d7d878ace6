"""An article's Markdown as blocks of HTML, with its statements marked where they stand.

A statement is found by the W3C's TextQuoteSelector (Web Annotation Data Model, 4.2.4): the exact
text, with a prefix and a suffix that tell two occurrences apart. Nothing of Django in here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import combinations

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Editors type straight apostrophes and plain blanks where the text has typographic ones. Each
# character stands for exactly one, so that positions in both texts are the same.
_ALIKE = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " ", "\n": " "})


@dataclass(frozen=True)
class Anchor:
    number: int
    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Block:
    """One block of the article. `whole` is the number of the statement that is all of it."""

    html: str
    numbers: tuple[int, ...] = ()
    whole: int | None = None


@dataclass(frozen=True)
class Prose:
    blocks: tuple[Block, ...]
    lost: tuple[int, ...]
    ambiguous: tuple[int, ...]
    overlapping: tuple[tuple[int, int], ...] = ()
    """Pairs of anchors that share characters of the text."""


def parser() -> MarkdownIt:
    """CommonMark without HTML and pictures: what an editor types is shown, never run."""
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


def prose(markdown: str, anchors: Sequence[Anchor] = ()) -> Prose:
    """Render the blocks and mark each anchor that stands in exactly one place.

    An anchor that stands nowhere is in `lost`, one that stands in several places in `ambiguous`.
    """
    engine = parser()
    groups = _top_level(engine.parse(markdown))
    lost: list[int] = []
    ambiguous: list[int] = []
    marked: dict[int, list[int]] = {index: [] for index in range(len(groups))}
    spans: list[tuple[int, int, int, int]] = []
    for anchor in anchors:
        places = _places(groups, anchor)
        if len(places) == 1:
            group, inline, start = places[0]
            end = start + len(_plain(anchor.exact))
            _mark(inline, start, end, anchor.number)
            spans.append((id(inline), start, end, anchor.number))
            marked[group].append(anchor.number)
        else:
            (ambiguous if places else lost).append(anchor.number)
    exacts = {anchor.number: _plain(anchor.exact) for anchor in anchors}
    blocks = tuple(
        _block(engine, tokens, marked[index], exacts) for index, tokens in enumerate(groups)
    )
    return Prose(blocks, tuple(lost), tuple(ambiguous), _overlapping(spans))


def _overlapping(spans: Sequence[tuple[int, int, int, int]]) -> tuple[tuple[int, int], ...]:
    """Of spans (which text, start, end, number) the numbers of those that share characters."""
    return tuple(
        (one[3], other[3])
        for one, other in combinations(spans, 2)
        if one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
    )


def texts(markdown: str) -> list[str]:
    """The words of each paragraph, heading and item, as anchors are looked for in them."""
    return [_inline_text(inline) for inline in _inlines(parser().parse(markdown))]


def _plain(text: str) -> str:
    return text.translate(_ALIKE).strip()


def _top_level(tokens: Sequence[Token]) -> list[list[Token]]:
    groups: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            groups.append([])
        groups[-1].append(token)
        depth += token.nesting
    return groups


def _inlines(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.type == "inline"]


def _child_text(child: Token) -> str:
    if child.type in ("softbreak", "hardbreak"):
        return "\n"
    return child.content if child.type in ("text", "code_inline") else ""


def _inline_text(inline: Token) -> str:
    return "".join(map(_child_text, inline.children or []))


def _places(groups: Sequence[Sequence[Token]], anchor: Anchor) -> list[tuple[int, Token, int]]:
    """Every place of the exact text whose neighbours are the prefix and the suffix."""
    exact = _plain(anchor.exact)
    before, after = _plain(anchor.prefix), _plain(anchor.suffix)
    found = []
    for group, tokens in enumerate(groups):
        for inline in _inlines(tokens):
            text = _inline_text(inline).translate(_ALIKE)
            start = text.find(exact) if exact else -1
            while start >= 0:
                head, tail = text[:start].rstrip(), text[start + len(exact) :].lstrip()
                if head.endswith(before) and tail.startswith(after):
                    found.append((group, inline, start))
                start = text.find(exact, start + 1)
    return found


def _mark(inline: Token, start: int, end: int, number: int) -> None:
    """Put the characters from start to end in <mark>, piece by piece between other markup."""
    children: list[Token] = []
    position, opening = 0, f'<mark id="passage-{number}">'
    ours: Token | None = None
    for child in inline.children or []:
        length = len(_child_text(child))
        low, high = max(start - position, 0), min(end - position, length)
        position += length
        if low >= high or child.type == "code_inline":
            children.append(child)
            continue
        if child.type != "text":  # a line break within the passage
            before, within, after = [], [child], []
        else:
            before, within, after = (
                [_text(piece)] if piece else []
                for piece in (child.content[:low], child.content[low:high], child.content[high:])
            )
        if children and children[-1] is ours and not before:  # goes on: one piece
            children[-1:] = [*within, ours, *after]
        else:
            ours = _html("</mark>")
            children += [*before, _html(opening), *within, ours, *after]
        opening = "<mark>"
    inline.children = children


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)


def _block(
    engine: MarkdownIt, tokens: list[Token], numbers: list[int], exacts: dict[int, str]
) -> Block:
    inlines = _inlines(tokens)
    text = _plain(_inline_text(inlines[0])) if len(inlines) == 1 else None
    whole = next((number for number in numbers if exacts[number] == text), None)
    html = engine.renderer.render(tokens, engine.options, {})
    return Block(html, tuple(numbers), whole)


def paragraphs(text: str) -> str:
    """A reader's plain text as HTML: everything escaped, blank lines make paragraphs."""
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    return "".join(f'<p dir="auto">{escape(part)}</p>'.replace("\n", "<br>") for part in parts)
