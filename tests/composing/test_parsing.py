"""Markdown with front matter, and what any source must be."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polls.composing.drafts import (
    LANGUAGES,
    DraftArticle,
    DraftFact,
    DraftStatement,
    ImportProblem,
)
from polls.composing.keys import one_of
from polls.composing.parsing import decode, parse

FORMAT = Path(__file__).parents[2] / "docs/import-format.md"

SMALL = """---
title: The bridge
slug: bridge
language: en
question: Is it credible?
---

The mayor spoke.
"""
STATEMENT = """---
title: The bridge
question: Is it credible?
statements:
  - text: It costs nothing.
    speaker: Jeanne Roy
    form: verbatim
    kind: claim
    source: {name: Minutes}
%s---

The mayor said that the bridge is free of charge for the town.
"""


def mistakes(source: str | bytes, **overrides: str) -> list[str]:
    with pytest.raises(ImportProblem) as caught:
        parse(decode(source) if isinstance(source, bytes) else source, **overrides)
    return caught.value.messages


def with_statement(more: str = "") -> DraftArticle:
    return parse(STATEMENT % more)


def example() -> str:
    text = FORMAT.read_text(encoding="utf-8")
    return text.partition("```markdown\n")[2].partition("```\n")[0]


def test_the_example_in_the_documentation_is_read_whole() -> None:
    draft = parse(example())
    assert draft.title == "The bridge: what the mayor says of its cost"
    assert (draft.slug, draft.language, draft.published_on) == (
        "bridge-cost",
        "en",
        date(2025, 3, 14),
    )
    assert (draft.kicker, draft.author) == ("Town hall", "The newsroom")
    assert draft.standfirst.startswith("The new bridge will open")
    assert draft.source_url == "https://example.org/minutes"
    assert draft.survey.question.endswith("What do you think about it?")
    assert draft.survey.text_question == "What do you think about it?"
    assert draft.survey.opens_at == datetime(2025, 3, 14, 8, 0)
    assert draft.survey.closes_at == datetime(2025, 3, 28, 20, 0)
    assert (draft.survey.results, draft.survey.results_from) == ("after_answering", 10)
    assert draft.body.startswith("On Monday the mayor told")
    assert draft.findings == ()


def test_the_examples_statements_are_read_with_their_facts_and_places() -> None:
    first, second = parse(example()).statements
    assert first == DraftStatement(
        text="The bridge won't cost the town a cent.",
        speaker="Jeanne Roy, mayor",
        form="verbatim",
        kind="claim",
        said_on=date(2025, 3, 10),
        source_name="Council meeting of 10 March 2025",
        source_url="https://example.org/minutes",
        original="Le pont ne coûtera pas un centime à la ville.",
        original_language="fr",
        exact="The bridge won't cost the town a cent.",
        facts=(
            DraftFact(
                "The council voted a loan of 2.4 million euros for the bridge.",
                "Budget of 2025",
                "https://example.org/budget",
            ),
        ),
    )
    assert (second.form, second.kind, second.said_on) == ("reported", "judgement", None)
    assert (second.exact, second.prefix, second.suffix) == (
        "dishonest",
        "she called the opposition",
        "on the radio",
    )


def test_every_key_of_the_example_is_named_in_the_documentations_tables() -> None:
    tables = FORMAT.read_text(encoding="utf-8").rpartition("```\n")[2]
    keys = {
        line.strip().removeprefix("- ").partition(":")[0]
        for line in example().split("\n---\n")[0].splitlines()
        if ":" in line and not line.startswith("---")
    }
    assert [key for key in sorted(keys) if f"`{key}`" not in tables] == []


def test_what_is_left_out_has_the_documented_default() -> None:
    draft = parse(SMALL)
    assert draft.published_on is None
    assert draft.statements == ()
    survey = draft.survey
    assert (survey.opens_at, survey.closes_at, survey.text_question) == (None, None, "")
    assert (survey.results, survey.results_from, survey.moderation) == (
        "after_answering",
        10,
        "before",
    )


def test_the_slug_and_the_language_are_made_where_they_are_left_out() -> None:
    source = SMALL.replace("slug: bridge\nlanguage: en\n", "").replace(
        "The bridge\n", "Où va l’Œuvre d’été ?\n"
    )
    draft = parse(source)
    assert draft.slug == "ou-va-loeuvre-dete"
    assert draft.language == "en"
    assert [finding.kind for finding in draft.findings] == ["note"]
    assert "English" in draft.findings[0].message


def test_arguments_override_the_source() -> None:
    draft = parse(SMALL, slug="other", title="Another title", language="fr")
    assert (draft.slug, draft.title, draft.language) == ("other", "Another title", "fr")


def test_a_statement_needs_no_anchor_when_its_text_stands_in_the_article() -> None:
    assert with_statement().statements[0].exact == "It costs nothing."


WRONG = """---
titel: The bridge
slug: The Bridge!
language: english
published: 14 March
source: {name: Minutes, url: "javascript:alert(1)"}
survey: {results: never, results_from: none, opens: tomorrow, closes: 2025-02-30}
statements:
  - speeker: Jeanne Roy
    form: quote
    date: 2025-13-01
    facts:
      - text: A fact without a source.
  - It costs nothing.
---

Text.
"""


def test_all_mistakes_are_named_at_once_with_their_place() -> None:
    assert mistakes(WRONG) == [
        "unknown key “titel”; did you mean “title”?",
        "“title” is missing",
        "slug: “The Bridge!” is no address; use lower-case letters a–z, digits and single"
        " hyphens between them, such as stargate-musk",
        f"“language” is “english”; expected {one_of(LANGUAGES)}",
        "“published” is “14 March”; expected a day such as 2025-01-23",
        "source: “url” is “javascript:alert(1)”; expected an address that begins with https://"
        " or http://",
        "statement 1: unknown key “speeker”; did you mean “speaker”?",
        "statement 1: “text” is missing",
        "statement 1: “speaker” is missing",
        "statement 1: “form” is “quote”; expected “verbatim” or “reported”",
        "statement 1: “kind” is missing; expected “claim” or “judgement”",
        "statement 1: “date” is “2025-13-01”; expected a day such as 2025-01-23",
        "statement 1, source: “name” is missing",
        "statement 1, fact 1, source: “name” is missing",
        "statement 2: expected keys and values here, one `key: value` in a line",
        "survey: “opens” is “tomorrow”; expected a time such as 2025-01-23 08:00",
        "survey: “closes” is “2025-02-30”; expected a time such as 2025-01-23 08:00",
        "“question” is missing",
        "survey: “results” is “never”; expected “always”, “after_answering”, “after_closing” or"
        " “staff”",
        "survey: “results_from” is “none”; expected a whole number from 1 to 999999",
    ]


def test_a_key_like_no_other_is_named_with_those_that_are_known() -> None:
    (message,) = mistakes(SMALL.replace("slug: bridge", "zzz: 1"))
    assert message.startswith("unknown key “zzz”; known are title, slug, language")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("    original: Rien.\n", "“original” and “original_language” go together"),
        ("    original_language: fr\n", "“original” and “original_language” go together"),
        ("    original: Rien.\n    original_language: french\n", "at most 5 are possible"),
        ("    original: Rien.\n    original_language: F\n", "a language’s code such as “en”"),
        ("    facts: none\n", "“facts” is “none”; expected a list"),
        ("    date: [2025]\n", "“date” is a list; expected a day"),
        ("    anchor: it costs\n", "statement 1, anchor: expected keys and values"),
        ("    anchor: {exact: {a: b}}\n", "“exact” is a mapping; expected text"),
    ],
)
def test_a_wrong_value_in_a_statement_is_named(more: str, expected: str) -> None:
    found = mistakes(STATEMENT % more)
    assert all(message.startswith("statement 1") for message in found)
    assert expected in found[0]


def test_a_text_too_long_for_its_place_is_named() -> None:
    assert mistakes(SMALL.replace("The bridge", "x" * 201)) == [
        "“title” has 201 characters; at most 200 are possible"
    ]
    assert mistakes(SMALL.replace("slug: bridge", "slug: " + "x" * 81))[0].startswith(
        "“slug” has 81"
    )


@pytest.mark.parametrize("slug", ["Bridge", "a--b", "-a", "a_b", "é", "a b", "a/b", "a" * 81])
def test_a_slug_that_is_no_address_is_refused(slug: str) -> None:
    assert mistakes(SMALL, slug=slug)[0].startswith("slug: ")


def test_a_title_without_letters_needs_a_slug() -> None:
    source = SMALL.replace("The bridge", "…").replace("slug: bridge\n", "")
    assert mistakes(source) == ["“slug” is missing, and none can be made from the title"]


def test_an_unknown_language_given_with_the_import_is_named() -> None:
    assert mistakes(SMALL, language="xx", slug="A") == [
        "slug: “A” is no address; use lower-case letters a–z, digits and single hyphens between"
        " them, such as stargate-musk",
        f"language: “xx” is unknown; expected {one_of(LANGUAGES)}",
    ]


def test_values_that_yaml_would_change_stay_text() -> None:
    source = SMALL.replace("title: The bridge", "title: 2025").replace(
        "Is it credible?", "1e3\nkicker: no\nauthor:"
    )
    draft = parse(source)
    assert (draft.title, draft.survey.question) == ("2025", "1e3")
    assert (draft.kicker, draft.author) == ("no", "")


def test_a_survey_that_closes_before_it_opens_is_named() -> None:
    survey = "survey: {opens: 2025-03-14 08:00, closes: 2025-03-13}\nquestion"
    assert mistakes(SMALL.replace("question", survey)) == ["survey: “closes” is not after “opens”"]


def test_a_time_with_an_offset_keeps_it() -> None:
    survey = "survey: {opens: 2025-03-14, closes: 2025-03-28T20:00:00Z}\nquestion"
    draft = parse(SMALL.replace("question", survey))
    assert draft.survey.opens_at == datetime(2025, 3, 14)
    assert draft.survey.closes_at == datetime(2025, 3, 28, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("title: a: b", "front matter: line 2: it can’t be read. A value that holds a colon"),
        (
            'title: ok\nkicker: "open',
            "front matter: line 4: the quotation marks opened in line 3 are never closed",
        ),
        ('title: "a" b', "front matter: line 2: it doesn’t go on from the line before"),
        ("title: a\n\tkicker", "front matter: line 3: it doesn’t go on from the line before"),
        ("title: a\nkicker\nslug: b", "front matter: line 4: it doesn’t go on from the line"),
        ("title: one\ntitle: two", "front matter: line 3: the key “title” is here twice"),
        ("? [a]\n: b", "front matter: line 2: it can’t be read"),
        ("title: *a", "front matter: line 2: it can’t be read"),
        ("title: !!python/object:os.system x", "front matter: line 2: it can’t be read"),
        ("title: !!int x", "front matter: line 2: it can’t be read"),
        ("title: !!timestamp x", "front matter: line 2: it can’t be read"),
        ("title: a\nkicker: \x07", "front matter: line 3: the character U+0007 can’t stand here"),
        ("[" * 5000, "front matter: it is nested too deeply"),
        ("- a\n- b", "expected keys and values here"),
        ("just words", "expected keys and values here"),
    ],
)
def test_front_matter_that_cannot_be_read_is_named_with_its_line(front: str, expected: str) -> None:
    assert mistakes(f"---\n{front}\n---\nText.\n")[0].startswith(expected)


def test_aliases_that_unfold_to_a_billion_values_are_refused_without_unfolding() -> None:
    levels = "".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    found = mistakes(f"---\nk0: &a0 [x]\n{levels}title: *a29\n---\nText.\n")
    assert "“title” is a list; expected text" in found


def test_front_matter_that_is_never_closed_is_named() -> None:
    assert mistakes("---\ntitle: a\n\nText.") == [
        "front matter: it is never closed; end it with a line of its own, ---"
    ]


def test_an_empty_front_matter_and_no_text_are_named_together() -> None:
    assert mistakes("---\n---\n") == [
        "text: the article is missing; write it below the second ---",
        "“title” is missing",
        "“question” is missing",
    ]


def test_a_rule_in_the_article_does_not_end_it() -> None:
    assert parse(SMALL + "\n---\n\nMore.\n").body == "The mayor spoke.\n\n---\n\nMore."


def test_lines_that_end_in_crlf_give_the_same_draft_but_for_the_offsets() -> None:
    source = SMALL + 'He said "".\n'
    windows = parse(source.replace("\n", "\r\n"))
    assert windows.body == parse(source).body
    (lost,) = windows.findings
    (same,) = parse(source).findings
    assert (lost.line, lost.column) == (same.line, same.column) == (9, 9)
    assert source.replace("\n", "\r\n")[lost.offset : (lost.offset or 0) + 2] == '""'


def test_offsets_count_from_the_beginning_of_the_file() -> None:
    source = SMALL + '\nHe said "", and "no.\n'
    lost, alone = parse(source).findings
    assert (lost.kind, lost.offset) == ("lost_quotation", source.index('""'))
    assert (alone.kind, alone.offset) == ("unpaired_mark", source.index('"no'))
    assert (alone.line, alone.column) == (10, 17)
    assert lost.context.endswith('The mayor spoke.  He said ⟦""⟧, and "no. ')


def test_the_marks_of_yaml_are_not_the_articles() -> None:
    assert (
        parse(SMALL.replace("The bridge", '""').replace('title: ""', 'title: "a"')).findings == ()
    )


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse(decode(b"\xef\xbb\xbf" + SMALL.encode())) == parse(SMALL)
    assert parse("\ufeff" + SMALL) == parse(SMALL)


def test_bytes_that_are_not_utf8_are_named_with_their_offset() -> None:
    assert mistakes("L'été".encode("latin-1")) == [
        "file: not UTF-8: byte 2 (counted from 0) is 0xE9; save the file as UTF-8"
    ]


@pytest.mark.parametrize("prefix", [SMALL, "Some text.\n"])
@pytest.mark.parametrize(("character", "name"), [("\0", "U+0000"), ("\ud800", "U+D800")])
def test_characters_that_no_database_stores_are_refused(
    prefix: str, character: str, name: str
) -> None:
    (message,) = mistakes(f"{prefix}ab{character}")
    line = prefix.count("\n") + 1
    assert message.startswith(f"text: the character {name} at line {line}, column 3 (offset")


@settings(deadline=None)
@given(st.text())
def test_any_front_matter_gives_a_draft_or_named_mistakes(front: str) -> None:
    try:
        parse(f"---\n{front}\n---\nText.\n")
    except ImportProblem as problem:
        named = problem.messages
    else:
        named = ["none"]
    assert named
    assert all(named)
