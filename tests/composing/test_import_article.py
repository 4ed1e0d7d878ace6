from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.utils.translation import ngettext, override

from polls.composing import markdown
from polls.models import Article, AuditEvent, Fact, Question, Statement, Survey

REAL = Path(__file__).parents[3] / "shared" / "input" / "article.txt"

GLUED = (
    ' date 2025-03 Le 4 mars 2025, la ville a annoncé un pont. Le maire a dit que "".Un élu, lui,'
    ' s’y oppose : "Trop cher. La presse a suivi.Le pont est-il utile ?Qu’en pensez-vous ?'
)


def imported(path: Path, *options: str, language: str = "fr") -> str:
    """What the command says on a site in this language."""
    out = StringIO()
    with override(language):
        call_command("import_article", str(path), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "texte.txt"
    path.write_text(GLUED, encoding="utf-8")
    return path


def test_plain_text_becomes_a_draft_with_its_questions(db: None, plain: Path) -> None:
    imported(plain)
    survey = Survey.objects.get()
    assert survey.status == "draft"
    assert survey.question == "Le pont est-il utile ? Qu’en pensez-vous ?"
    assert survey.article.language == "fr"
    assert str(survey.article.published_on) == "2025-03-04"
    assert survey.article.body.count("\n\n") == 1
    assert "utile" not in survey.article.body
    kinds = set(survey.questions.values_list("kind", flat=True))
    assert kinds == {"scale", "text"}
    assert survey.rules.count() == 6
    assert AuditEvent.objects.get().action == "import"


def test_the_report_names_each_lost_quotation_and_lonely_mark_with_its_place(
    db: None, plain: Path
) -> None:
    report = imported(plain)
    assert report.count("lost_quotation: line 1, column") == 1
    assert report.count("unpaired_mark: line 1, column") == 1
    assert f"column {GLUED.index(chr(34) * 2) + 1}:" in report
    assert f"column {GLUED.index(chr(34) + 'Trop') + 1}:" in report


def test_the_command_speaks_english_on_a_site_in_any_language(db: None, plain: Path) -> None:
    french = imported(plain, "--slug", "un")
    english = imported(plain, "--slug", "un-deux", language="en").replace("un-deux", "un")
    assert french == english
    assert "Language: French" in french
    with pytest.raises(CommandError, match=r"The draft is kept(.|\n)*: a quotation is empty"):
        imported(plain, "--slug", "trois", "--publish")


def test_what_is_stored_is_in_the_articles_language_and_the_sites(db: None, plain: Path) -> None:
    imported(plain, "--slug", "fr", language="en")
    imported(plain, "--slug", "en", "--language", "en", language="fr")
    french, english = Survey.objects.order_by("pk")
    assert "Assez crédibles" in french.questions.get(key="credible").choices.values_list(
        "label", flat=True
    )
    assert "Fairly credible" in english.questions.get(key="credible").choices.values_list(
        "label", flat=True
    )
    details = AuditEvent.objects.order_by("pk").values_list("detail", flat=True)
    with override("fr"):
        assert details[1] == ngettext("%d finding", "%d findings", 6) % 6


def test_a_text_with_a_lost_quotation_is_not_published(db: None, plain: Path) -> None:
    with pytest.raises(CommandError, match="not published"):
        imported(plain, "--publish")
    assert Survey.objects.get().status == "draft"  # the draft is kept to be mended


def test_an_import_never_overwrites(db: None, plain: Path) -> None:
    imported(plain, "--slug", "pont")
    with pytest.raises(CommandError, match="pont"):
        imported(plain, "--slug", "pont", "--title", "Autre titre")
    assert Article.objects.count() == 1
    imported(plain, "--slug", "pont-2")
    assert Article.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\xff\xfeabc", "UTF-8"),
        (b"", "."),
        (b"---\ntitle: x\n", "."),
        (b"---\ntitel: x\nlanguage: de\n---\nTexte.", "title"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    db: None, tmp_path: Path, content: bytes, named: str
) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=named):
        imported(path)
    assert not Article.objects.exists()


def test_a_file_that_is_not_there_is_named(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing\.md"):
        imported(tmp_path / "nothing.md")


def test_the_sample_is_published_once_and_loaded_again_without_a_change(db: None) -> None:
    for _ in range(2):
        for language in ("fr", "en"):
            call_command("load_sample", "--language", language, stdout=StringIO())
    french, english = Survey.objects.order_by("pk")
    for survey in (french, english):
        assert survey.status == "published"
        assert survey.article.statements.count() == 5
        assert survey.questions.count() == 2 + 4 * 2 + 1 + 1
        assert survey.results == "always"
    assert (french.article.language, english.article.language) == ("fr", "en")


@pytest.mark.skipif(not REAL.exists(), reason="the article as handed over is not here")
def test_the_real_article_becomes_a_draft_with_its_defects_named(db: None) -> None:
    report = imported(REAL)
    assert report.count("lost_quotation:") == 5
    assert report.count("unpaired_mark:") == 3
    survey = Survey.objects.get()
    assert survey.article.language == "fr"
    assert str(survey.article.published_on) == "2025-01-22"
    assert survey.question.startswith("Pensez-vous que ces déclarations")
    assert survey.question.endswith("Quel est votre avis sur le sujet ?")


@pytest.mark.parametrize(
    ("limits", "model"),
    [
        (markdown.ARTICLE, Article),
        (markdown.STATEMENT, Statement),
        (markdown.ANCHOR, Statement),
        (markdown.FACT, Fact),
        ({"question": markdown.ARTICLE["question"]}, Survey),
        ({"wording": markdown.ARTICLE["text_question"]}, Question),
        ({f"source_{name}": limit for name, limit in markdown.SOURCE.items()}, Article),
    ],
)
def test_the_importer_refuses_what_is_longer_than_its_column(
    limits: dict[str, int], model: type[Model]
) -> None:
    """PostgreSQL would raise an error in the middle of the import, SQLite would take it."""
    columns = {field.name: getattr(field, "max_length", None) for field in model._meta.get_fields()}
    assert {
        name for name, limit in limits.items() if limit and limit > (columns.get(name) or limit)
    } == set()
    assert any(columns.get(name) for name in limits)
