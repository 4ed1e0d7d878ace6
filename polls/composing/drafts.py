"""What an import proposes before anything is stored: frozen values, of Django the settings only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.conf import settings

Form = Literal["verbatim", "reported"]
Kind = Literal["claim", "judgement"]
Results = Literal["always", "after_answering", "after_closing", "staff"]
Moderation = Literal["before", "after"]
FindingKind = Literal["lost_quotation", "unpaired_mark", "note"]

LANGUAGES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
FORMS: tuple[Form, ...] = ("verbatim", "reported")
KINDS: tuple[Kind, ...] = ("claim", "judgement")
RESULTS: tuple[Results, ...] = ("always", "after_answering", "after_closing", "staff")
MODERATIONS: tuple[Moderation, ...] = ("before", "after")


class ImportProblem(Exception):
    """The source can't become a draft. `messages` names every mistake at once, one each."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Finding:
    """Something an editor should look at; never a reason to refuse the import.

    `offset` counts characters from 0 in the source, `line` and `column` from 1. All three are
    None where a note is about no place in particular. `context` shows some thirty characters on
    each side, with the place itself between ⟦ and ⟧.
    """

    kind: FindingKind
    offset: int | None
    line: int | None
    column: int | None
    context: str
    message: str


@dataclass(frozen=True)
class DraftFact:
    """One thing that is known about a statement, with its source."""

    text: str
    source_name: str
    source_url: str = ""


@dataclass(frozen=True)
class DraftStatement:
    """What the public figure said. `exact` is the passage of the article that carries it."""

    text: str
    speaker: str
    form: Form
    kind: Kind
    said_on: date | None
    source_name: str
    source_url: str = ""
    original: str = ""
    original_language: str = ""
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    facts: tuple[DraftFact, ...] = ()

    def __post_init__(self) -> None:
        if not self.exact:
            object.__setattr__(self, "exact", self.text)


@dataclass(frozen=True)
class DraftSurvey:
    """The survey on an article. Times without an offset are in the site's time zone.

    `question` is the article's, word for word ("" where plain text ends with none);
    `text_question` is the wording of the free text, or "" for the ready-made one.
    `results_from` is the number of responses from which results are shown.
    """

    question: str
    text_question: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    results: Results = "after_answering"
    results_from: int = 10
    moderation: Moderation = "before"


@dataclass(frozen=True, kw_only=True)
class DraftArticle:
    """An article with its statements and its survey; `body` is Markdown.

    `translation_of` is the address of the same article in another language, "" where there is none.
    """

    title: str
    slug: str
    language: str
    translation_of: str = ""
    published_on: date | None
    kicker: str = ""
    standfirst: str = ""
    author: str = ""
    source_name: str = ""
    source_url: str = ""
    body: str
    statements: tuple[DraftStatement, ...] = ()
    survey: DraftSurvey
    findings: tuple[Finding, ...] = ()
