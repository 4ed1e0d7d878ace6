"""An editor's pages: what they say of a mistake, remember of an act, and where they lead."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from polls.models import Article, Survey
from tests.admin.conftest import signed_in
from tests.admin.test_compose import press, survey_form
from tests.admin.test_milestones import form as article_form
from tests.factories import make_article, make_draft


def test_closing_before_opening_is_refused_in_words(editor: Client) -> None:
    survey = make_draft()
    times = {"opens_at": "2040-01-02T10:00:00", "closes_at": "2040-01-01T10:00:00"}
    fields = survey_form(editor, survey) | times
    refused = editor.post(f"/admin/polls/survey/{survey.pk}/change/", fields)
    assert refused.context["adminform"].form.errors.keys() == {"closes_at"}
    shown = refused.content.decode()
    assert "survey_closes_after_opening" not in shown
    assert '<a href="#id_closes_at">' in shown  # above the form


def test_the_moment_at_which_it_was_to_close_is_offered_when_it_opens_again(
    editor: Client, survey: Survey
) -> None:
    planned = (timezone.now() + timedelta(days=9)).replace(second=0, microsecond=0)
    Survey.objects.update(closes_at=planned)
    editor.post(f"/admin/polls/survey/{survey.pk}/close/")
    asked = editor.get(f"/admin/polls/survey/{survey.pk}/reopen/")
    assert asked.context["form"]["until"].initial == planned


def test_one_that_had_no_closing_is_offered_none(editor: Client, survey: Survey) -> None:
    editor.post(f"/admin/polls/survey/{survey.pk}/close/")
    asked = editor.get(f"/admin/polls/survey/{survey.pk}/reopen/")
    assert asked.context["form"]["until"].initial is None


def test_the_history_says_what_was_done_and_leads_to_the_record(
    editor: Client, survey: Survey
) -> None:
    press(editor, survey, "close")
    shown = editor.get(f"/admin/polls/survey/{survey.pk}/history/")
    told = [entry.get_change_message() for entry in shown.context["action_list"]]
    assert len(told) == 1  # not that no field was changed, too
    assert f"/admin/polls/auditevent/?survey__id__exact={survey.pk}" in shown.content.decode()


def test_an_article_with_a_consultation_offers_no_deletion(editor: Client, survey: Survey) -> None:
    path = f"/admin/polls/article/{survey.article_id}/"
    assert "deletelink" not in editor.get(f"{path}change/").content.decode()
    assert editor.get(f"{path}delete/").status_code == 403
    alone = make_article("seul")
    editor.post(f"/admin/polls/article/{alone.pk}/delete/", {"post": "yes"})
    assert not Article.objects.filter(pk=alone.pk).exists()


def test_who_saves_an_article_or_a_survey_stays_at_its_page(editor: Client, survey: Survey) -> None:
    of_article = f"/admin/polls/article/{survey.article_id}/change/"
    saved = editor.post(of_article, article_form(editor, survey.article) | {"_save": "yes"})
    assert saved["Location"] == of_article
    of_survey = f"/admin/polls/survey/{survey.pk}/change/"
    saved = editor.post(of_survey, survey_form(editor, survey) | {"_save": "yes"})
    assert saved["Location"] == of_survey
    new = {
        "title": "Neuf", "slug": "neuf", "language": "fr", "body": "Un texte.",
        "milestones-TOTAL_FORMS": 0, "milestones-INITIAL_FORMS": 0,
    }  # fmt: skip
    saved = editor.post("/admin/polls/article/add/", new)
    assert (
        saved["Location"] == f"/admin/polls/article/{Article.objects.get(slug='neuf').pk}/change/"
    )


def test_only_articles_in_other_languages_are_offered_as_originals(editor: Client) -> None:
    article = make_article("un")
    make_article("deux", title="Le même en français")
    make_article("three", title="The same", language="en")
    page = editor.get(f"/admin/polls/article/{article.pk}/change/")
    offered = page.context["adminform"].form.fields["translation_of"].queryset
    assert [one.slug for one in offered] == ["three"]


def test_a_draft_in_the_list_leads_who_may_to_the_composer(editor: Client) -> None:
    draft = make_draft()
    assert f"/admin/polls/survey/{draft.pk}/compose/" in page_of_list(editor)
    assert "/compose/" not in page_of_list(signed_in("moderator"))


def page_of_list(client: Client) -> str:
    shown: str = client.get("/admin/polls/survey/").content.decode()
    return shown.partition('id="result_list"')[2]


def test_what_is_wrong_with_an_article_stands_before_the_links_around_it(
    editor: Client, survey: Survey
) -> None:
    path = f"/admin/polls/article/{survey.article_id}/change/"
    around = 'class="editions"'
    assert around in editor.get(path).content.decode()
    refused = editor.post(path, article_form(editor, survey.article) | {"title": ""})
    assert '<a href="#id_title">' in refused.content.decode()
    assert around not in refused.content.decode()
