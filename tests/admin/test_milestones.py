from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from polls.models import Article, Milestone, Survey


def form(client: Client, article: Article) -> dict[str, Any]:
    """The article's page as its form would send it."""
    page = client.get(f"/admin/polls/article/{article.pk}/change/")
    admin_form = page.context["adminform"].form
    fields = {name: admin_form[name].value() for name in admin_form.fields}
    for inline in page.context["inline_admin_formsets"]:
        for bound in (inline.formset.management_form, *inline.formset.forms):
            fields |= {bound.add_prefix(name): bound[name].value() for name in bound.fields}
    return {name: "" if value is None else value for name, value in fields.items()}


def event(**values: str) -> dict[str, str]:
    given = {"at": "2026-03-02T10:30", "kind": "event", "text": "Un vote"} | values
    return {"milestones-TOTAL_FORMS": "1"} | {f"milestones-0-{k}": v for k, v in given.items()}


def test_an_editor_adds_a_dated_event_to_a_published_article(
    editor: Client, survey: Survey
) -> None:
    path = f"/admin/polls/article/{survey.article_id}/change/"
    answer = editor.post(path, form(editor, survey.article) | event())
    assert answer.status_code == 302
    found = Milestone.objects.get()
    zone = timezone.get_default_timezone()
    assert (found.at, found.kind, found.text) == (
        datetime(2026, 3, 2, 10, 30, tzinfo=zone), "event", "Un vote",
    )  # fmt: skip


def test_an_unknown_kind_of_event_is_refused(editor: Client, survey: Survey) -> None:
    path = f"/admin/polls/article/{survey.article_id}/change/"
    answer = editor.post(path, form(editor, survey.article) | event(kind="rumour"))
    assert answer.status_code == 200
    assert "kind" in answer.context["inline_admin_formsets"][0].formset.errors[0]
    assert not Milestone.objects.exists()


def test_an_editor_takes_an_event_back(editor: Client, survey: Survey) -> None:
    row = Milestone.objects.create(article=survey.article, at=timezone.now(), text="Un vote")
    path = f"/admin/polls/article/{survey.article_id}/change/"
    fields = form(editor, survey.article)
    at = timezone.localtime(row.at)
    fields |= event(id=str(row.pk), at=f"{at:%Y-%m-%dT%H:%M:%S}", DELETE="on")
    fields["milestones-INITIAL_FORMS"] = "1"
    assert editor.post(path, fields).status_code == 302
    assert not Milestone.objects.exists()


def test_the_page_says_where_a_correction_is_shown(editor: Client, survey: Survey) -> None:
    page = editor.get(f"/admin/polls/article/{survey.article_id}/change/").content.decode()
    assert 'name="milestones-__prefix__-text"' in page
    helps = [field.help_text for field in Milestone._meta.fields if field.name == "text"]
    assert str(helps[0]) in page


def test_who_only_reads_articles_gets_no_form_for_events(moderator: Client, survey: Survey) -> None:
    page = moderator.get(f"/admin/polls/article/{survey.article_id}/change/")
    assert page.status_code == 200
    assert "milestones-__prefix__" not in page.content.decode()
