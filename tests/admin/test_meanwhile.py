"""Two people at the same page: nobody puts back what the other has changed, and each is told."""

from typing import Any

from django.test import Client

from polls.models import Article, Blackout, Fact, Milestone, Survey
from tests.factories import make_article, make_draft, make_survey


def opened(client: Client, path: str) -> dict[str, Any]:
    """Everything that a browser would send back from the page, hidden fields included."""
    context = client.get(path).context
    fields: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = "" if field.value() is None else field.value()
            fields[field.html_name] = getattr(value, "pk", value)
            if field.field.show_hidden_initial:
                fields[field.html_initial_name] = fields[field.html_name]
    return {name: value for name, value in fields.items() if value is not False}


def of(article: Article) -> str:
    return f"/admin/polls/article/{article.pk}/change/"


def test_an_article_keeps_what_another_changed_in_other_fields(editor: Client) -> None:
    article = make_survey().article
    first, second = opened(editor, of(article)), opened(editor, of(article))
    editor.post(of(article), second | {"author": "Ada", "only_a_slip": "on"})
    editor.post(of(article), first | {"kicker": "Travaux", "only_a_slip": "on"})
    article.refresh_from_db()
    assert (article.author, article.kicker) == ("Ada", "Travaux")


def test_what_both_changed_is_told_once_and_then_replaced(editor: Client) -> None:
    article = make_survey().article
    first, second = opened(editor, of(article)), opened(editor, of(article))
    editor.post(of(article), second | {"author": "Ada", "only_a_slip": "on"})
    told = editor.post(of(article), first | {"author": "Bert", "only_a_slip": "on"})
    form = told.context["adminform"].form
    assert "Ada" in form.errors["author"][0]
    assert 'value="Bert"' in str(form["author"])
    article.refresh_from_db()
    assert article.author == "Ada"
    again = first | {"initial-author": form.data["initial-author"], "author": "Bert"}
    editor.post(of(article), again | {"only_a_slip": "on"})
    article.refresh_from_db()
    assert article.author == "Bert"


def test_who_wants_the_same_is_told_nothing(editor: Client) -> None:
    article = make_article()
    first, second = opened(editor, of(article)), opened(editor, of(article))
    for fields in (first, second):
        assert editor.post(of(article), fields | {"author": "Ada"}).status_code == 302


def test_line_ends_of_a_browser_are_no_change_by_somebody_else(editor: Client) -> None:
    article = make_article()
    Article.objects.update(body="Un.\n\nDeux.\n")
    fields = opened(editor, of(article)) | {"body": "Un.\r\n\r\nTrois."}
    fields["initial-body"] = "Un.\r\n\r\nDeux.\r\n"
    assert editor.post(of(article), fields).status_code == 302


def test_dated_events_facts_and_blackouts_keep_what_another_changed(editor: Client) -> None:
    survey = make_survey()
    statement = survey.article.statements.get(number=1)
    Fact.objects.create(statement=statement, text="Un fait.", source_name="A")
    Milestone.objects.create(article=survey.article, at="2026-03-02T10:30Z", text="Un vote")
    begins, ends = "2026-05-01T10:00Z", "2026-05-02T10:00Z"
    Blackout.objects.create(survey=survey, starts_at=begins, ends_at=ends, reason="Scrutin")
    pages = {
        f"/admin/polls/statement/{statement.pk}/change/": ("facts-0-source_name", "facts-0-text"),
        of(survey.article): ("milestones-0-text", "milestones-0-at"),
        f"/admin/polls/survey/{survey.pk}/change/": ("blackouts-0-reason", "blackouts-0-ends_at"),
    }
    for path, (theirs, mine) in pages.items():
        first, second = opened(editor, path), opened(editor, path)
        assert editor.post(path, second | {theirs: "Autre"}).status_code == 302, path
        later = "Autre fait." if mine.endswith("text") else "2027-01-01T10:00:00"
        assert editor.post(path, first | {mine: later}).status_code == 302, path
    assert Fact.objects.filter(source_name="Autre", text="Autre fait.").exists()
    assert Milestone.objects.filter(text="Autre", at__year=2027).exists()
    assert Blackout.objects.filter(reason="Autre", ends_at__year=2027).exists()


def test_a_survey_says_when_both_moved_its_closing(editor: Client) -> None:
    survey = make_draft()
    path = f"/admin/polls/survey/{survey.pk}/change/"
    first, second = opened(editor, path), opened(editor, path)
    editor.post(path, second | {"closes_at": "2040-01-01T10:00:00"})
    told = editor.post(path, first | {"closes_at": "2041-01-01T10:00:00"})
    assert told.context["adminform"].form.errors.keys() == {"closes_at"}
    assert Survey.objects.filter(closes_at__year=2040).exists()
