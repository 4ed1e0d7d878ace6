"""Reads Markdown with front matter, the format that `docs/import-format.md` describes."""

import re
from dataclasses import replace
from typing import Any

import yaml
from django.utils.translation import gettext as _
from frontmatter.default_handlers import YAMLHandler

from .drafts import (
    FORMS,
    KINDS,
    LANGUAGES,
    MODERATIONS,
    RESULTS,
    DraftArticle,
    DraftFact,
    DraftStatement,
    DraftSurvey,
    Finding,
    ImportProblem,
)
from .findings import LINE_END, Places, report
from .keys import Keys
from .languages import detect_language
from .quotation import findings_in, markdown_paragraphs
from .slugs import LONGEST, slug_mistakes, slugify

# What PyYAML says where a line isn't what the one before led to expect.
OUT_OF_PLACE = re.compile(r"expected <block end>|could not find expected|found character '\\t'")
FENCE = re.compile(r"^---[ \t]*+(?:\r?\n|\Z)", re.MULTILINE)
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2})?")

# The keys that are known, and the longest text that each may hold (0: it holds something else).
SOURCE = {"name": 200, "url": 200}
SURVEY = {"opens": 0, "closes": 0, "results": 0, "results_from": 0, "moderation": 0}
ANCHOR = {"exact": 600, "prefix": 120, "suffix": 120}
FACT = {"text": 600, "source": 0}
STATEMENT = {
    "text": 600,
    "speaker": 120,
    "form": 0,
    "kind": 0,
    "date": 0,
    "source": 0,
    "original": 600,
    "original_language": 5,
    "anchor": 0,
    "facts": 0,
}
ARTICLE = {
    "title": 200,
    "slug": LONGEST,
    "language": 0,
    "translation_of": LONGEST,
    "published": 0,
    "kicker": 60,
    "standfirst": 400,
    "author": 120,
    "source": 0,
    "question": 400,
    "text_question": 400,
    "survey": 0,
    "statements": 0,
}


class _Loader(yaml.SafeLoader):
    """YAML whose plain values all stay text, but for the empty one.

    YAML would read `no` as false and fail on 2025-13-01 before any other mistake could be named.
    It would also keep the last of two equal keys in silence, and turn a value into what a tag
    before it says (!!int), which may fail in ways of its own: such a tag is a mistake.
    """

    yaml_constructors = {
        tag: construct
        for tag, construct in yaml.SafeLoader.yaml_constructors.items()
        if tag is None or tag.rpartition(":")[2] in ("map", "seq", "str", "null")
    }
    yaml_implicit_resolvers = {
        sign: [(tag, match) for tag, match in resolvers if tag == "tag:yaml.org,2002:null"]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                message = _("front matter: line %(line)d: the key “%(key)s” is here twice")
                where = {"line": _line(key.start_mark), "key": key.value[:40]}
                raise ImportProblem([message % where])
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def has_front_matter(source: str) -> bool:
    return FENCE.match(source) is not None


def parse_markdown(
    source: str, *, slug: str = "", title: str = "", language: str | None = None
) -> DraftArticle:
    """Read an article that begins with front matter; what is given here overrides its keys.

    Raises ImportProblem, which names every mistake.
    """
    front, start = _split(source)
    mistakes: list[str] = []
    keys = Keys(_load(front), "", ARTICLE, mistakes)
    body = LINE_END.sub("\n", source[start:]).strip("\n")
    if not body.strip():
        mistakes.append(_("text: the article is missing; write it below the second ---"))
    title = title or keys.text("title", required=True)
    slug = slug or _slug(keys, title)
    language, notes = _language(keys, body, language)
    draft = _article(keys, body, title=title, slug=slug, language=language, findings=())
    if mistakes:
        raise ImportProblem(mistakes)
    marks = findings_in(Places(source), markdown_paragraphs(source, start))
    return replace(draft, findings=report(notes, marks))


def _split(source: str) -> tuple[str, int]:
    """The front matter, and where the article's text begins in the source."""
    fences = FENCE.finditer(source)
    opening, closing = next(fences), next(fences, None)
    if closing is None:
        raise ImportProblem(
            [_("front matter: it is never closed; end it with a line of its own, ---")]
        )
    return source[opening.end() : closing.start()], closing.end()


def _load(front: str) -> Any:
    """What the YAML holds. Raises ImportProblem with the line where it can't be read."""
    try:
        found = YAMLHandler().load(front, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise ImportProblem([_unreadable(error)]) from None
    except yaml.reader.ReaderError as error:
        line = front.count("\n", 0, error.position) + 2
        message = _("front matter: line %(line)d: the character U+%(code)s can’t stand here")
        raise ImportProblem([message % {"line": line, "code": f"{error.character:04X}"}]) from None
    except RecursionError:
        raise ImportProblem([_("front matter: it is nested too deeply")]) from None
    return {} if found is None else found


def _line(mark: yaml.Mark | None) -> int:
    """The line in the source: YAML counts from 0, and the fence above is one."""
    return mark.line + 2 if mark else 1


def _unreadable(error: yaml.MarkedYAMLError) -> str:
    """Where the YAML can't be read, and what to look for; PyYAML's words are in English only."""
    where = {"line": _line(error.problem_mark), "begun": _line(error.context_mark)}
    problem = error.problem or ""
    if error.context == "while scanning a quoted scalar" and "end of stream" in problem:
        message = _(
            "front matter: line %(line)d: the quotation marks opened in line %(begun)d are never"
            " closed"
        )
    elif OUT_OF_PLACE.search(problem):
        message = _(
            "front matter: line %(line)d: it doesn’t go on from the line before; check its"
            " indentation (blanks, no tabs), its colon and its quotation marks"
        )
    else:
        message = _(
            "front matter: line %(line)d: it can’t be read. A value that holds a colon and a space,"
            " or begins with a sign, goes between quotation marks or below >-"
        )
    return message % where


def _slug(keys: Keys, title: str) -> str:
    given = keys.text("slug")
    made = given or slugify(title)
    if given:
        keys.mistakes.extend(slug_mistakes(given))
    elif title and not made:
        keys.mistake(_("“slug” is missing, and none can be made from the title"))
    return made


def _original(keys: Keys) -> str:
    given = keys.text("translation_of")
    if given:
        keys.mistakes.extend(slug_mistakes(given))
    return given


def _language(keys: Keys, body: str, given: str | None) -> tuple[str, list[Finding]]:
    if given is None and keys.values.get("language") is None:
        language, how = detect_language(body)
        return language, [how]
    named = keys.choice("language", LANGUAGES, LANGUAGES[0])
    return given or named, []


def _article(keys: Keys, body: str, **decided: Any) -> DraftArticle:
    source = keys.within("source", SOURCE)
    statements = keys.each("statements", _("statement %(number)d"), STATEMENT)
    return DraftArticle(
        **decided,
        translation_of=_original(keys),
        body=body,
        published_on=keys.day("published"),
        kicker=keys.text("kicker"),
        standfirst=keys.text("standfirst"),
        author=keys.text("author"),
        source_name=source.text("name"),
        source_url=source.address("url"),
        statements=tuple(map(_statement, statements)),
        survey=_survey(keys),
    )


def _statement(keys: Keys) -> DraftStatement:
    source = keys.within("source", SOURCE)
    anchor = keys.within("anchor", ANCHOR)
    original, spoken = keys.text("original"), keys.text("original_language")
    if bool(original) != bool(spoken):
        keys.mistake(_("“original” and “original_language” go together; one is missing"))
    if spoken and not LANGUAGE_CODE.fullmatch(spoken):
        message = _("“%(key)s” is %(value)s; expected a language’s code such as “en”")
        keys.wrong("original_language", spoken, message)
    return DraftStatement(
        text=keys.text("text", required=True),
        speaker=keys.text("speaker", required=True),
        form=keys.choice("form", FORMS, None),
        kind=keys.choice("kind", KINDS, None),
        said_on=keys.day("date"),
        source_name=source.text("name", required=True),
        source_url=source.address("url"),
        original=original,
        original_language=spoken,
        exact=anchor.text("exact"),
        prefix=anchor.text("prefix"),
        suffix=anchor.text("suffix"),
        facts=tuple(map(_fact, keys.each("facts", _("fact %(number)d"), FACT))),
    )


def _fact(keys: Keys) -> DraftFact:
    source = keys.within("source", SOURCE)
    return DraftFact(
        text=keys.text("text", required=True),
        source_name=source.text("name", required=True),
        source_url=source.address("url"),
    )


def _survey(keys: Keys) -> DraftSurvey:
    survey = keys.within("survey", SURVEY)
    opens, closes = survey.moment("opens"), survey.moment("closes")
    # A time with an offset and one without can't be compared before the site's zone is known.
    comparable = opens and closes and (opens.tzinfo is None) == (closes.tzinfo is None)
    if comparable and closes and opens and closes <= opens:
        survey.mistake(_("“closes” is not after “opens”"))
    return DraftSurvey(
        question=keys.text("question", required=True),
        text_question=keys.text("text_question"),
        opens_at=opens,
        closes_at=closes,
        results=survey.choice("results", RESULTS, "after_answering"),
        results_from=survey.number("results_from", 10),
        moderation=survey.choice("moderation", MODERATIONS, "before"),
    )
