"""Reads plain text as it comes: copied out of a page, its line breaks and quotations half lost.

Nothing is invented. What had to be guessed (day, language, title, question) is a proposal, and
each proposal is a note among the findings.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .drafts import DraftArticle, DraftSurvey, Finding, ImportProblem
from .findings import Places, Span, note, report
from .languages import day_in_month, detect_language, is_open_question
from .quotation import findings_in
from .quotation import quotation_findings as quotation_findings
from .sentences import paragraphs, sentences, trim
from .slugs import slugify

TITLE_LENGTH = 80
QUESTION_LENGTH = 400
HEADING = re.compile(r"\s*+date\s*:?\s*(\d{4})-(\d\d)(?:-(\d\d))?(?![\d-])", re.IGNORECASE)
# Signs that CommonMark, tables or strikethrough would read as markup: anywhere in a line, and at
# its beginning (there is one line in a paragraph). A backslash shows the sign as it was typed.
MARKUP = re.compile(r"[\\`*_\[<]|~(?=~)|(?<=~)~|&(?=[#\w])")
LINE_MARKUP = re.compile(r"[#>+~-]|\d{1,9}(?=[.)](?:\s|\Z))")


@dataclass(frozen=True)
class Ending:
    """The questions at the end of a text, and the paragraphs before them."""

    body: list[Span]
    questions: list[Span]


def parse_plain_text(
    source: str, *, slug: str = "", title: str = "", language: str | None = None
) -> DraftArticle:
    """Propose a draft without statements. Raises ImportProblem where there is nothing to read."""
    places, notes = Places(source), list[Finding]()
    published_on, start = _published(places, notes)
    found, restored = paragraphs(source, start)
    ending = _take_questions(source, found)
    if not ending.body:
        raise ImportProblem([_nothing_to_read(ending)])
    if language is None:
        language, how = detect_language(source[start:])
        notes.append(how)
    if restored:
        notes.append(note(_breaks_restored(restored)))
    title = title or _propose_title(places, ending.body[0], notes)
    survey = _propose_survey(places, ending.questions, language, notes)
    return DraftArticle(
        title=title,
        slug=slug or _propose_slug(title),
        language=language,
        published_on=published_on,
        body="\n\n".join(escape(source[slice(*span)]) for span in ending.body),
        survey=survey,
        findings=report(notes, findings_in(places, found)),
    )


def _breaks_restored(count: int) -> str:
    message = ngettext(
        "%(count)d line break restored between sentences that were glued.",
        "%(count)d line breaks restored between sentences that were glued.",
        count,
    )
    return message % {"count": count}


def escape(line: str) -> str:
    """Markdown that shows the line exactly as it was typed."""
    first = LINE_MARKUP.match(line)
    escaped = MARKUP.sub(r"\\\g<0>", line)
    if first is None:
        return escaped
    # None of these first signs is in MARKUP but ~~, which is escaped already.
    if first[0].isdigit():
        return f"{first[0]}\\{escaped[len(first[0]) :]}"
    return escaped if escaped.startswith("\\") else f"\\{escaped}"


def _published(places: Places, notes: list[Finding]) -> tuple[date | None, int]:
    """The day that the text's heading gives, and where the text begins after it."""
    heading = HEADING.match(places.source)
    if heading is None:
        return None, 0
    year, month, day = heading.groups()
    try:
        given = date(int(year), int(month), int(day or 1))
    except ValueError:
        message = _("date: “%(date)s” is no day or month; write it as 2025-01-23 or 2025-01")
        raise ImportProblem([message % {"date": heading[0].strip()}]) from None
    if day:
        return given, heading.end()
    given, how = day_in_month(places, heading.end(), given)
    notes.append(how)
    return given, heading.end()


def _take_questions(source: str, found: list[Span]) -> Ending:
    """Set apart the questions that end the text, as many as a survey's question can hold."""
    body, questions, room = list(found), list[Span](), QUESTION_LENGTH
    while body:
        rest = sentences(source, body[-1])
        while rest and source[slice(*rest[-1])].rstrip("!").endswith("?"):
            room -= rest[-1].end - rest[-1].start + 1
            if room < 0:
                break
            questions.insert(0, rest.pop())
        if rest:
            body[-1] = trim(source, Span(body[-1].start, rest[-1].end))
            break
        body.pop()
    return Ending(body, questions)


def _nothing_to_read(ending: Ending) -> str:
    if ending.questions:
        return _("text: there are only questions here; the article is missing before them")
    return _("text: there is nothing to read; paste the article, with its questions at the end")


def _propose_survey(
    places: Places, questions: list[Span], language: str, notes: list[Finding]
) -> DraftSurvey:
    """The questions word for word, and the last open one as the wording of the free text."""
    if not questions:
        notes.append(note(_("No question ends the text: the survey’s question is to be written.")))
        return DraftSurvey(question="")
    wordings = [places.source[slice(*span)] for span in questions]
    opens = [wording for wording in wordings if is_open_question(wording, language)]
    whole = Span(questions[0].start, questions[-1].end)
    message = _("Taken off the end of the text and proposed as the survey’s question. Check it.")
    notes.append(places.finding("note", whole, message))
    return DraftSurvey(question=" ".join(wordings), text_question=opens[-1] if opens else "")


def _propose_title(places: Places, paragraph: Span, notes: list[Finding]) -> str:
    """The first sentence's first words, cut between words."""
    sentence = sentences(places.source, paragraph)[0]
    title = places.source[slice(*sentence)]
    if len(title) > TITLE_LENGTH:
        room = title[: TITLE_LENGTH + 1]
        cut = max((at for at, sign in enumerate(room) if sign.isspace()), default=TITLE_LENGTH)
        title = title[:cut]
    title = title.rstrip(" ,;:.–—-\u00a0\u202f\t") or title
    message = _(
        "Title: “%(title)s” is a proposal, made of the first words. A title is to be written."
    )
    notes.append(note(message % {"title": title}))
    return title


def _propose_slug(title: str) -> str:
    slug = slugify(title)
    if not slug:
        raise ImportProblem([_("slug: none can be made from the title; give one")])
    return slug
