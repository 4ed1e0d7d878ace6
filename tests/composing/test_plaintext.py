"""Plain text as it comes, on a text of our own with the defects that such text has."""

import re
from datetime import date
from html import unescape
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from polls.composing.drafts import DraftArticle, ImportProblem
from polls.composing.parsing import parse

REAL = Path(__file__).parents[3] / "shared/input/article.txt"

# One paragraph, five empty pairs, three marks without a partner, sentences glued to the next.
DAMAGED = (
    " date 2024-06 La mairie a promis mardi un pont neuf, qui coûterait 12,5 millions d'euros."
    ' Le maire a précisé que "", rive sud comprise.Pourtant, le 18 juin 2024, l\'opposante'
    ' Aline Roux a parlé de "". "", a-t-elle écrit à la société Pont.Les élus de la majorité,'
    ' dont J.Dupont, passé par les U.S.A, se disent "surpris". Le maire a ajouté : "".'
    ' "Aline Roux a répondu : "Un ingénieur du chantier assure le contraire. Il ajoute : "Rien'
    " n'est signé. Elle avait jugé le projet « absurde » après l'étude de fluxAI.Co sur le"
    ' trafic. "" a dit son avocat.Trouvez-vous ces propos crédibles ou utiles ?Quel est votre'
    " avis sur ce pont ?"
)
ENGLISH = (
    "The mayor promised a bridge on Tuesday. It is to cost the town nothing.\n"
    "Do you believe him? What do you think of it?"
)


def notes(draft: DraftArticle) -> str:
    return "\n".join(finding.message for finding in draft.findings if finding.kind == "note")


def offsets(draft: DraftArticle, kind: str) -> list[int]:
    return [f.offset for f in draft.findings if f.kind == kind and f.offset is not None]


def shown(markdown: str, preset: str = "commonmark") -> list[str]:
    """The paragraphs that a reader sees; any other element would stay as a tag in the result."""
    html = MarkdownIt(preset, {"html": False}).render(markdown).strip()
    assert "<" not in re.sub(r"</?p>", "", html)
    return [unescape(part) for part in re.findall(r"<p>(.*?)</p>", html, re.DOTALL)]


def test_the_breaks_between_glued_paragraphs_are_restored() -> None:
    first, second, third = shown(parse(DAMAGED).body)
    assert first.endswith("rive sud comprise.")
    assert second.startswith("Pourtant, le 18 juin")
    assert second.endswith("à la société Pont.")
    assert third.startswith("Les élus de la majorité, dont J.Dupont, passé par les U.S.A, se")
    assert third.endswith("son avocat.")
    assert "4 line breaks restored between sentences that were glued" in notes(parse(DAMAGED))


def test_the_questions_at_the_end_become_the_surveys_word_for_word() -> None:
    draft = parse(DAMAGED)
    assert draft.survey.question == (
        "Trouvez-vous ces propos crédibles ou utiles ? Quel est votre avis sur ce pont ?"
    )
    assert draft.survey.text_question == "Quel est votre avis sur ce pont ?"
    assert "?" not in draft.body


def test_each_lost_quotation_is_named_at_its_place() -> None:
    lost = offsets(parse(DAMAGED), "lost_quotation")
    assert lost == [mark.start() for mark in re.finditer('""', DAMAGED)]
    assert len(lost) == 5


def test_each_mark_without_a_partner_is_named_and_none_is_paired_blindly() -> None:
    alone = offsets(parse(DAMAGED), "unpaired_mark")
    assert alone == [DAMAGED.index(words) for words in ('"Aline', '"Un ing', '"Rien')]


def test_a_month_alone_takes_the_first_full_date_of_that_month_and_says_so() -> None:
    draft = parse(DAMAGED)
    assert draft.published_on == date(2024, 6, 18)
    (finding,) = [f for f in draft.findings if "only a month" in f.message]
    assert finding.offset == DAMAGED.index("18 juin 2024")
    assert "⟦18 juin 2024⟧" in finding.context
    assert not draft.body.startswith("date")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date 2025-01-23 Le texte.", date(2025, 1, 23)),
        ("Date: 2025-01-23\n\nLe texte.", date(2025, 1, 23)),
        ("date 2025-01 Le 3 février 2025, rien.", date(2025, 1, 1)),
        ("date 2025-01 Le 1er janvier 2025.", date(2025, 1, 1)),
        ("date 2025-08 Le 45 août 2025, non, le 5 aout 2025.", date(2025, 8, 5)),
        ("date 2025-01 On January 22nd, 2025, it was said.", date(2025, 1, 22)),
        ("date 2025-01 On 22 January 2025 it was said.", date(2025, 1, 22)),
        ("date 2025-01 Depuis 2025-01-20, plus rien.", date(2025, 1, 20)),
        ("Le 22 janvier 2025, rien.", None),
    ],
)
def test_the_day_of_publication_is_the_headings(text: str, expected: date | None) -> None:
    assert parse(text).published_on == expected


@pytest.mark.parametrize("heading", ["date 2025-13", "date 2025-02-30", "date 0000-01"])
def test_a_heading_with_an_impossible_date_is_named(heading: str) -> None:
    with pytest.raises(ImportProblem, match="is no day or month"):
        parse(f"{heading} Le texte.")


def test_the_language_is_told_from_the_words() -> None:
    assert parse(DAMAGED).language == "fr"
    english = parse(ENGLISH)
    assert english.language == "en"
    assert "Language: English" in notes(english)
    assert english.survey.text_question == "What do you think of it?"


def test_a_language_that_cannot_be_told_is_assumed_and_said() -> None:
    draft = parse("Xyz.")
    assert draft.language == "fr"
    assert "French is assumed" in notes(draft)


def test_what_is_given_overrides_what_is_proposed() -> None:
    draft = parse(DAMAGED, slug="pont", title="Le pont", language="en")
    assert (draft.slug, draft.title, draft.language) == ("pont", "Le pont", "en")
    assert "Title" not in notes(draft)
    assert "Language" not in notes(draft)


def test_the_title_is_proposed_from_the_first_words_and_cut_between_two() -> None:
    draft = parse(DAMAGED)
    assert (
        draft.title == "La mairie a promis mardi un pont neuf, qui coûterait 12,5 millions d'euros"
    )
    assert draft.slug == "la-mairie-a-promis-mardi-un-pont-neuf-qui-couterait-12-5-millions-d-euros"
    long = parse("Un " + "mot très long " * 20)
    assert len(long.title) <= 80
    assert long.title.endswith(("mot", "très", "long"))
    assert len(parse("x" * 300).title) == 80
    assert "is a proposal" in notes(draft)


def test_a_title_without_letters_needs_a_slug() -> None:
    with pytest.raises(ImportProblem, match="slug: none can be made"):
        parse("。。。")
    assert parse("。。。", slug="a").slug == "a"


@pytest.mark.parametrize(
    "text",
    [
        "par xAI.Co hier", "par J.Dupont hier", "par M.Dupont hier", "aux U.S.A hier",
        "un Ph.D hier", "3.14 ou 2.5M", "chez Booking.Com hier", "chez Character.AI hier",
        "https://a.fr/Un.Html?Deux=Trois", "www.Un.Fr", "à Jean.Dupont@example.org hier",
        "1.Contexte", "le \"\"Maire", "tout...rien", "non?oui",
    ],
)  # fmt: skip
def test_a_dot_that_belongs_to_a_name_makes_no_paragraph(text: str) -> None:
    assert shown(parse(text).body) == [text]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("tout le pays.Cependant rien", "tout le pays."),
        ("chez OpenAI.Les uns", "chez OpenAI."),
        ("fini.L'annonce est là", "fini."),
        ("fini.À Paris, rien", "fini."),
        ("sur le réseau X.Il a dit", "sur le réseau X."),
        ("un plan B.Cependant, rien", "un plan B."),
        ("en 2025.Les uns", "en 2025."),
        ("fini !Les uns", "fini !"),
        ("fini…Les uns", "fini…"),
        ("il dit « oui ».Les uns", "il dit « oui »."),
        ("il dit « oui. »Les uns", "il dit « oui. »"),
        ("il dit “oui”Les uns", "il dit “oui”"),
        ('il dit "oui."Les uns', 'il dit "oui."'),
        ('fini."Les uns" disent', "fini."),
        ("fini.« Les uns » disent", "fini."),
        ("(fini.)Les uns", "(fini.)"),
    ],
)
def test_a_sentence_glued_to_a_capital_ends_a_paragraph(text: str, first: str) -> None:
    draft = parse(text)
    assert shown(draft.body) == [first, text[len(first) :]]
    assert offsets(draft, "unpaired_mark") == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\n\n", "\r\n \r\n", "\u2028", "\v"])
def test_breaks_that_are_there_are_kept(newline: str) -> None:
    draft = parse(f"Un.{newline}Deux.{newline}Trois ?")
    assert shown(draft.body) == ["Un.", "Deux."]
    assert draft.survey.question == "Trois ?"


def test_lines_and_columns_count_every_kind_of_line_end_once() -> None:
    (finding,) = [f for f in parse('Un.\r\nDeux.\nIl dit "".').findings if f.kind != "note"]
    assert (finding.offset, finding.line, finding.column) == (18, 3, 8)


def test_questions_in_the_middle_stay_in_the_text() -> None:
    draft = parse("Que faire ? Rien. M. Dupont est-il crédible ?")
    assert draft.body == "Que faire ? Rien."
    assert draft.survey.question == "M. Dupont est-il crédible ?"
    assert draft.survey.text_question == ""


def test_a_question_that_is_quoted_is_not_the_surveys() -> None:
    draft = parse("Il a demandé « Pourquoi ? »")
    assert draft.survey.question == ""
    assert "No question ends the text" in notes(draft)


def test_a_question_does_not_take_the_sentence_before_it_along() -> None:
    draft = parse("Il l'a écrit sur X. Pensez-vous que c'est vrai ?")
    assert draft.survey.question == "Pensez-vous que c'est vrai ?"


def test_the_surveys_question_takes_no_more_than_it_can_hold() -> None:
    draft = parse("Le texte. " + "Est-ce que cela vous paraît vraiment crédible ? " * 30)
    assert 350 < len(draft.survey.question) <= 400
    assert draft.body.startswith("Le texte. Est-ce que")


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff", "date 2025-01-23"])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(ImportProblem, match="nothing to read"):
        parse(text)


def test_a_text_of_questions_alone_is_refused() -> None:
    with pytest.raises(ImportProblem, match="only questions"):
        parse("Est-ce vrai ?Quel est votre avis ?")


def test_one_line_is_enough() -> None:
    draft = parse("Le maire promet un pont")
    assert (draft.title, draft.body) == ("Le maire promet un pont",) * 2


@pytest.mark.parametrize(
    "line",
    [
        "# Titre", "#sujet", "> cité", "- item", "+ item", "* item", "1. item", "12) item", "---",
        "***", "___", "===", "~~~", "```", "a *b* c", "a _b_ c", "a **b** c", "a `b` c", "~~a~~",
        "[a](https://b.fr)", "![a](b.png)", "[a]: https://b.fr", "<b>gras</b>", "<https://a.fr>",
        "a < b", "&amp; &copy; &#65;", "R&D & co", "C:\\temp\\*", "fin \\", "| a | b |", "<!-- a",
        "    quatre blancs", "\tune tabulation", "24.3 points", "-5 degrés", "1.", "#", "-",
    ],
)  # fmt: skip
@pytest.mark.parametrize("preset", ["commonmark", "js-default"])
def test_signs_that_markdown_would_read_are_shown_as_they_were_typed(
    line: str, preset: str
) -> None:
    # Not in the first line: there, --- begins front matter.
    assert shown(parse(f"Un.\n{line}", title="T").body, preset) == ["Un.", line.strip()]


@settings(deadline=None)
@given(st.text(alphabet="#>-+*_`~[]()<>!&;|:=\\1.ab \t\n"))
def test_any_line_is_shown_exactly_as_it_was_typed(text: str) -> None:
    text = "a.\n" + text + "\nb."
    wanted = [line.strip() for line in text.split("\n") if line.strip()]
    body = parse(text, title="T").body
    assert shown(body) == shown(body, "js-default") == wanted


@settings(deadline=None)
@given(st.text(alphabet="abÀÉX.?!…\"«»“” '\n"))
def test_no_character_is_lost_or_added(text: str) -> None:
    text = "un " + text
    try:
        draft = parse(text, title="T")
    except ImportProblem:
        return
    assert "".join(f"{draft.body}{draft.survey.question}".split()) == "".join(text.split())


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_a_draft_or_named_mistakes(text: str) -> None:
    try:
        parse(text)
    except ImportProblem as problem:
        named = problem.messages
    else:
        named = ["none"]
    assert named
    assert all(named)


@pytest.mark.parametrize(
    "piece",
    [
        "Le maire a dit « oui » et \"non\" hier.Les autres ont ri. ",
        '"', '""', '" ', '"a', 'a"b', "«", "« ", "«”", "„“", "«‹»", "?", "? ", "?A", "a.A", "A.A",
        "a. A", ".»", ".\"", "…", "1", "1 ", "<a", "\\", "~", "`", "&a", "\n", "\r", " ", "a", "A",
        "@", "a@", "www.", "https://", "M. ", "January ", "-",
    ],
)  # fmt: skip
@pytest.mark.parametrize("front", ["", "---\ntitle: T\nslug: t\nquestion: Q ?\n---\nUn mot.\n"])
def test_the_time_grows_with_the_text_and_not_with_its_square(piece: str, front: str) -> None:
    def seconds(size: int) -> float:
        source = f"{front}Un. " + piece * (size // len(piece)) + " Fin."
        start = process_time()
        parse(source, title="T")
        return process_time() - start

    small = max(min(seconds(10_000) for _ in range(3)), 0.002)
    # Ten times the text: a square would take a hundred times as long, each time it is tried.
    assert any(seconds(100_000) < 40 * small for _ in range(3))


def test_a_megabyte_of_text_is_read_whole() -> None:
    sentence = 'Le maire a dit "oui" à l\'« avenir ».Les autres, "", ont ri : "Ah. '
    draft = parse(sentence * (1_000_000 // len(sentence)) + "Et vous ?", title="T")
    assert len(draft.body) > 1_000_000
    assert draft.survey.question == "Et vous ?"
    assert len(draft.findings) < 300
    assert "quotation marks to check; the first 200 are shown" in notes(draft)


@pytest.mark.skipif(not REAL.exists(), reason="the real article isn't on this machine")
def test_the_real_article_becomes_a_draft_with_its_damage_named() -> None:
    source = REAL.read_text(encoding="utf-8")
    draft = parse(source)
    assert (draft.language, draft.published_on) == ("fr", date(2025, 1, 22))
    assert draft.survey.question == (
        "Pensez-vous que ces déclarations d'Elon Musk sont crédibles ou pertinentes ?"
        " Quel est votre avis sur le sujet ?"
    )
    assert draft.survey.text_question == "Quel est votre avis sur le sujet ?"
    lost = offsets(draft, "lost_quotation")
    assert lost == [mark.start() for mark in re.finditer('""', source)]
    assert len(lost) == 5
    alone = [source.index(words) for words in ('"Sam Altman', '"Une source', '"Mais')]
    assert offsets(draft, "unpaired_mark") == alone
    assert len(shown(draft.body)) == 7
    assert "".join(shown(draft.body)) in source.replace("\n", "")
