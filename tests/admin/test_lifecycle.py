"""The life of a consultation in the admin: each act is asked back, done once, and said."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from polls.composing.editions import new_edition
from polls.composing.lifecycle import close, unpublish
from polls.lib.caching import forget
from polls.models import Article, AuditEvent, Milestone, Survey
from polls.results.releases.services import publish_release
from tests.admin.test_compose import press, survey_form
from tests.admin.test_milestones import form as article_form
from tests.factories import (
    make_article,
    make_draft,
    make_opinion,
    make_response,
    make_staff,
    make_survey,
)
from tests.reader import Reader


def page(client: Client, survey: Survey, name: str = "change") -> str:
    return client.get(f"/admin/polls/survey/{survey.pk}/{name}/").content.decode()


def said(answer: Any) -> list[str]:
    return [message.level_tag for message in get_messages(answer.wsgi_request)]


# Asking back


@pytest.mark.parametrize("act", ["close", "unpublish"])
def test_nothing_is_done_before_it_is_asked_back(editor: Client, survey: Survey, act: str) -> None:
    make_opinion(survey)
    make_response(survey)
    saved = editor.post(
        f"/admin/polls/survey/{survey.pk}/change/",
        survey_form(editor, survey) | {"reached": "Un lien", f"_{act}": "yes"},
    )
    asked = editor.get(saved["Location"])
    survey.refresh_from_db()
    assert survey.reached == "Un lien"
    assert Survey.objects.open().exists()
    numbers = " ".join(asked.context["consequences"])
    assert "2" in numbers  # answers
    assert "1" in numbers  # text that waits
    editor.post(saved["Location"])
    assert not Survey.objects.open().exists()
    assert AuditEvent.objects.filter(action=act).count() == 1


def test_a_second_press_changes_nothing_and_is_told(editor: Client, survey: Survey) -> None:
    path = f"/admin/polls/survey/{survey.pk}/unpublish/"
    assert said(editor.post(path, {"note": "Un."})) == ["success"]
    again = editor.post(path, {"note": "Deux."})
    assert "error" in said(again)
    survey.refresh_from_db()
    assert survey.unpublished_note == "Un."
    assert AuditEvent.objects.filter(action="unpublish").count() == 1


def test_what_cannot_be_done_is_not_asked(editor: Client, survey: Survey) -> None:
    draft = make_draft(make_article("autre"), items=False)
    back = f"/admin/polls/survey/{survey.pk}/change/"
    for act in ("publish", "reopen"):
        assert editor.get(f"/admin/polls/survey/{survey.pk}/{act}/")["Location"] == back
    for act in ("publish", "close", "reopen", "unpublish"):
        path = f"/admin/polls/survey/{draft.pk}/{act}/"
        assert editor.get(path).status_code == 302
        assert "error" in said(editor.post(path))
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_each_state_has_its_own_buttons(editor: Client, survey: Survey) -> None:
    draft = make_draft(make_article("autre"))

    def buttons(of: Survey) -> set[str]:
        names = ("_publish", "_close", "_reopen", "_unpublish", "_edition", "_standard")
        shown = page(editor, of)
        return {name for name in names if f'name="{name}"' in shown}

    assert buttons(draft) == {"_publish", "_standard"}
    assert buttons(survey) == {"_close", "_unpublish", "_edition"}
    close(survey=survey)
    assert buttons(survey) == {"_reopen", "_unpublish", "_edition"}
    unpublish(survey=survey)
    assert buttons(survey) == {"_publish", "_edition"}


# Schedule


def test_a_time_ahead_makes_a_schedule_and_the_page_says_so(editor: Client) -> None:
    opens = timezone.now() + timedelta(days=3)
    survey = make_draft(opens_at=opens)
    day = timezone.localtime(opens).strftime("%Y")
    shown = editor.get(f"/admin/polls/survey/{survey.pk}/change/")
    assert day in shown.context["publishing"]
    answer = press(editor, survey, "publish")
    told = str(next(iter(get_messages(answer.wsgi_request))))
    assert day in told
    assert Reader().get("/articles/pont/").status_code == 200
    assert Reader().answer().status_code == 403
    assert survey.article.title not in Reader().get("/").content.decode()
    assert editor.get("/admin/polls/survey/?state=upcoming").context["cl"].result_count == 1


def test_publishing_a_later_edition_says_what_becomes_of_the_open_one(
    editor: Client, survey: Survey
) -> None:
    for _ in range(3):
        make_response(survey)
    draft = new_edition(survey=survey)
    asked = editor.get(f"/admin/polls/survey/{draft.pk}/publish/")
    assert any("3" in line and "1" in line for line in asked.context["consequences"])


# Close, open again


def test_a_closed_one_is_opened_again_until_a_moment(editor: Client, survey: Survey) -> None:
    close(survey=survey)
    path = f"/admin/polls/survey/{survey.pk}/reopen/"
    past = editor.post(path, {"until": "2020-01-01T10:00"})
    assert past.context["form"].errors
    assert past.context["form"]["until"].value() == "2020-01-01T10:00"
    assert Reader().answer().status_code == 403
    assert editor.post(path, {"until": "2099-01-01T10:00"}).status_code == 302
    survey.refresh_from_db()
    assert survey.closes_at
    assert timezone.localtime(survey.closes_at).strftime("%Y %H:%M") == "2099 10:00"
    assert Reader().answer().status_code == 303


def test_a_later_time_in_the_form_opens_it_again(editor: Client, survey: Survey) -> None:
    close(survey=survey)
    fields = survey_form(editor, survey) | {"closes_at": "2099-01-01T10:00"}
    editor.post(f"/admin/polls/survey/{survey.pk}/change/", fields)
    assert Reader().answer().status_code == 303


# Take down, publish again


def test_a_note_of_300_characters_reaches_readers_and_no_longer_one(
    editor: Client, survey: Survey
) -> None:
    path = f"/admin/polls/survey/{survey.pk}/unpublish/"
    long = editor.post(path, {"note": "x" * 301})
    assert long.context["form"]["note"].value() == "x" * 301
    assert Reader().get("/articles/pont/").status_code == 200
    editor.post(path, {"note": "Une   citation\r\nétait fausse."})
    forget()
    answer = Reader().get("/articles/pont/")
    assert answer.status_code == 410
    assert "Une citation était fausse." in answer.content.decode()


def test_taking_down_says_which_edition_the_address_shows_then(
    editor: Client, survey: Survey
) -> None:
    second = make_survey(survey.article, edition=2)
    asked = editor.get(f"/admin/polls/survey/{second.pk}/unpublish/")
    assert any("1" in line for line in asked.context["consequences"])
    answer = editor.post(f"/admin/polls/survey/{second.pk}/unpublish/")
    assert "1" in str(next(iter(get_messages(answer.wsgi_request))))
    assert Reader().get("/articles/pont/").status_code == 200


def test_what_was_taken_down_stays_frozen(editor: Client, survey: Survey) -> None:
    unpublish(survey=survey)
    question = survey.questions.get(key="credible")
    path = f"/admin/polls/question/{question.pk}/change/"
    assert editor.post(path, {"wording": "Autre", "key": "autre"}).status_code == 403
    fields = survey_form(editor, survey) | {"question": "Autre ?", "reached": "Un lien"}
    editor.post(f"/admin/polls/survey/{survey.pk}/change/", fields)
    survey.refresh_from_db()
    assert (survey.question, survey.reached) == ("Qu’en pensez-vous ?", "Un lien")
    assert AuditEvent.objects.filter(action="change").get().detail == "reached: – → Un lien"
    statement = editor.get(f"/admin/polls/article/{survey.article_id}/change/")
    assert "statements-__prefix__" not in statement.content.decode()
    assert 'name="slug"' not in statement.content.decode()


def test_it_is_published_again_with_one_press_and_its_answer(
    editor: Client, survey: Survey
) -> None:
    unpublish(survey=survey)
    press(editor, survey, "publish")
    assert Reader().get("/articles/pont/").status_code == 200
    events = AuditEvent.objects.filter(action="publish").order_by("pk")
    assert [bool(event.detail) for event in events] == [False, True]


def test_one_that_nobody_answered_may_be_deleted_and_leaves_its_record(
    editor: Client, survey: Survey
) -> None:
    unpublish(survey=survey)
    path = f"/admin/polls/survey/{survey.pk}/delete/"
    assert editor.post(path, {"post": "yes"}).status_code == 302
    assert not Survey.objects.exists()
    events = AuditEvent.objects.order_by("pk")
    assert [event.action for event in events] == ["publish", "unpublish"]
    assert {event.survey for event in events} == {None}


def test_one_that_was_answered_is_kept(editor: Client, survey: Survey) -> None:
    make_response(survey)
    unpublish(survey=survey)
    path = f"/admin/polls/survey/{survey.pk}/delete/"
    assert editor.post(path, {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": survey.pk, "post": "yes"}
    editor.post("/admin/polls/survey/", bulk)
    assert Survey.objects.exists()


def test_moderators_still_find_its_texts(moderator: Client, survey: Survey) -> None:
    make_opinion(survey, "Un avis qui attend.")
    unpublish(survey=survey)
    queue = moderator.get(f"/admin/polls/opinion/?survey={survey.pk}").content.decode()
    assert "Un avis qui attend." in queue
    assert f'value="{survey.pk}" selected' in queue
    report = moderator.get("/admin/polls/moderationevent/transparency/").content.decode()
    assert str(survey) in report


# Correct after publication


def correct(client: Client, article: Article, **fields: str) -> Any:
    path = f"/admin/polls/article/{article.pk}/change/"
    given = {k: v for k, v in article_form(client, article).items() if v is not False}
    return client.post(path, given | fields)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Le pont, encore"),
        ("kicker", "Ville"),
        ("standfirst", "Un pont, trois avis."),
        ("author", "La rédaction"),
        ("source_name", "Conseil"),
    ],
)
def test_what_readers_read_is_not_changed_in_silence(
    editor: Client, survey: Survey, field: str, value: str
) -> None:
    refused = correct(editor, survey.article, **{field: value})
    assert refused.status_code == 200
    assert "correction" in refused.context["adminform"].form.errors
    assert refused.context["adminform"].form[field].value() == value
    survey.article.refresh_from_db()
    assert getattr(survey.article, field) != value
    assert correct(editor, survey.article, **{field: value}, only_a_slip="on").status_code == 302
    assert not Milestone.objects.exists()
    assert field in AuditEvent.objects.get(action="change").detail


def test_a_correction_is_dated_shown_to_readers_and_on_the_record(
    editor: Client, survey: Survey
) -> None:
    body = survey.article.body.replace("mardi", "mercredi")
    told = "Le budget a été présenté mercredi, non mardi."
    assert correct(editor, survey.article, body=body, correction=told).status_code == 302
    found = Milestone.objects.get()
    assert (found.kind, found.text) == ("correction", told)
    assert timezone.now() - found.at < timedelta(minutes=1)
    shown = Reader().get("/articles/pont/").content.decode()
    assert "mercredi" in shown
    assert told in shown
    assert told in AuditEvent.objects.get(action="change").detail


def test_saving_without_a_change_asks_for_nothing(editor: Client, survey: Survey) -> None:
    body = survey.article.body.replace("\n", "\r\n")
    assert correct(editor, survey.article, body=body).status_code == 302
    assert not Milestone.objects.exists()


def test_a_correction_and_a_slip_at_once_are_asked_about(editor: Client, survey: Survey) -> None:
    both = {"kicker": "Ville", "correction": "Un mot.", "only_a_slip": "on"}
    assert correct(editor, survey.article, **both).status_code == 200
    assert not Milestone.objects.exists()


def test_what_no_reader_has_seen_is_changed_freely(editor: Client) -> None:
    article = make_draft().article
    answer = correct(editor, article, title="Un autre pont")
    assert answer.status_code == 302
    shown = editor.get(f"/admin/polls/article/{article.pk}/change/").content.decode()
    assert 'name="correction"' not in shown


def test_what_was_taken_down_is_still_corrected_aloud(editor: Client, survey: Survey) -> None:
    unpublish(survey=survey)
    assert correct(editor, survey.article, kicker="Ville").status_code == 200


def test_facts_are_corrected_with_a_word_to_readers_or_without(
    editor: Client, survey: Survey
) -> None:
    statement = survey.article.statements.get(number=1)
    fact = statement.facts.get()
    path = f"/admin/polls/statement/{statement.pk}/change/"
    rows = {
        "facts-TOTAL_FORMS": 1, "facts-INITIAL_FORMS": 1, "facts-0-id": fact.pk,
        "facts-0-statement": statement.pk, "facts-0-position": 0, "facts-0-source_name": "Budget",
    }  # fmt: skip
    editor.post(path, rows | {"facts-0-text": "Deux péages."})
    assert not Milestone.objects.exists()
    told = "Le budget prévoit trois péages, non un."
    editor.post(path, rows | {"facts-0-text": "Trois péages.", "correction": told})
    assert Milestone.objects.get().text == told
    assert told in Reader().get("/articles/pont/").content.decode()
    details = AuditEvent.objects.filter(action="change").order_by("pk")
    assert [told in event.detail for event in details] == [False, True]


# New edition


def test_a_new_edition_is_one_press_and_opens_its_page(editor: Client, survey: Survey) -> None:
    make_response(survey)
    fields = survey_form(editor, survey) | {"reached": "Un lien", "_edition": "yes"}
    answer = editor.post(f"/admin/polls/survey/{survey.pk}/change/", fields)
    made = Survey.objects.get(edition=2)
    assert answer["Location"] == f"/admin/polls/survey/{made.pk}/change/"
    assert (made.status, made.reached) == ("draft", "Un lien")
    assert survey.question in Reader().get("/articles/pont/").content.decode()
    press(editor, made, "publish")
    assert Survey.objects.current("pont") == made


# Lists and links


def test_the_list_has_states_counts_and_no_more_queries_with_more_rows(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    def looked() -> str:
        return editor.get("/admin/polls/survey/").content.decode()

    first = make_survey(make_article("a0"))
    make_opinion(first)
    looked()
    with django_assert_max_num_queries(12) as few:
        looked()
    for n in range(1, 6):
        survey = make_survey(make_article(f"a{n}"))
        make_opinion(survey)
        make_draft(survey.article, edition=2)
    unpublish(survey=first)
    with django_assert_max_num_queries(12) as many:
        shown = looked()
    assert len(many) == len(few)
    assert shown.count("/dashboard/") == 6
    for n in range(6):  # what was taken down says so at its address
        assert f"/articles/a{n}/" in shown


@pytest.mark.parametrize(
    ("state", "number"), [("draft", 1), ("open", 1), ("closed", 1), ("down", 1), ("upcoming", 1)]
)
def test_the_list_is_asked_by_state(editor: Client, state: str, number: int) -> None:
    make_draft(make_article("a"))
    make_survey(make_article("b"))
    close(survey=make_survey(make_article("c")))
    unpublish(survey=make_survey(make_article("d")))
    make_survey(make_article("e"), opens_at=timezone.now() + timedelta(days=1))
    listed = editor.get(f"/admin/polls/survey/?state={state}").context["cl"]
    assert listed.result_count == number


def test_the_articles_page_leads_to_everything_of_its_surveys(
    editor: Client, survey: Survey, django_assert_max_num_queries: Any
) -> None:
    make_response(survey)
    publish_release(survey=survey, by=None, title="Un")
    path = f"/admin/polls/article/{survey.article_id}/change/"

    def looked() -> str:
        return editor.get(path).content.decode()

    looked()
    with django_assert_max_num_queries(60) as few:
        shown = looked()
    for name in ("change", "preview", "dashboard", "results", "export"):
        assert f"/admin/polls/survey/{survey.pk}/{name}/" in shown, name
    assert f"/admin/polls/release/?survey__id__exact={survey.pk}" in shown
    for _ in range(3):
        new_edition(survey=survey)
    with django_assert_max_num_queries(60) as many:
        assert looked().count("/preview/") == 4
    assert len(many) == len(few)


def test_every_link_of_the_surveys_page_opens(survey: Survey) -> None:
    from html.parser import HTMLParser

    found: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "a" and dict(attrs).get("href", "")[:1] == "/":  # type: ignore[index]
                found.append(str(dict(attrs)["href"]))

    client = Client()
    client.force_login(make_staff("editor", "moderator"))
    make_response(survey)
    for _ in range(2):
        html = page(client, survey).partition('class="object-tools"')[2]
        Links().feed(html.partition("</ul>")[0])
        unpublish(survey=survey) if survey.is_published else None
        survey.refresh_from_db()
        assert len(found) >= 8
        assert {client.get(link).status_code for link in found} <= {200, 410}


# Translations


def translate(client: Client, article: Article, of: Article | None) -> Any:
    return correct(client, article, translation_of=str(of.pk) if of else "")


def test_an_article_is_a_translation_of_an_original_in_another_language(editor: Client) -> None:
    french, english = make_article(), make_article("bridge", "en", title="The bridge")
    assert translate(editor, english, french).status_code == 302
    english.refresh_from_db()
    assert english.translation_of == french
    german = make_article("bruecke", "en")
    Article.objects.filter(pk=german.pk).update(language="de")
    german.refresh_from_db()
    with pytest.MonkeyPatch.context() as patch:
        languages = [("fr", "français"), ("en", "English"), ("de", "Deutsch")]
        patch.setattr(Article._meta.get_field("language"), "choices", languages)
        # Of a translation: of its original.
        assert translate(editor, german, english).status_code == 302
    german.refresh_from_db()
    assert german.translation_of == french


def test_what_can_be_no_translation_is_refused(editor: Client) -> None:
    french, english = make_article(), make_article("bridge", "en")
    same, second = make_article("autre"), make_article("other", "en")
    translate(editor, english, french)
    for article, of in (
        (same, french),  # one language twice
        (second, french),  # two of one language in a family
        (second, english),  # likewise, by its original
        (french, french),  # of itself
        (french, english),  # of its own translation
        (french, second),  # an original that has translations
    ):
        refused = translate(editor, article, of)
        assert refused.status_code == 200, (article.slug, of.slug)
        article.refresh_from_db()
        assert article.translation_of is None
    changed = correct(editor, french, language="en")
    assert changed.status_code == 200  # or the family would have two in English
    assert translate(editor, english, None).status_code == 302


def test_a_translation_is_on_the_record_of_what_readers_see(editor: Client, survey: Survey) -> None:
    english = make_survey(make_article("bridge", "en"))
    answer = translate(editor, english.article, survey.article)
    assert answer.status_code == 302
    assert "translation_of" in english.audit.get(action="change").detail
