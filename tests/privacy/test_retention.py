"""`apply_retention` deletes what its age says, and leaves the figures as they are."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone

from polls.answering import erasing
from polls.composing.lifecycle import close
from polls.lib.caching import forget
from polls.models import (
    Appeal,
    AuditEvent,
    Flag,
    FlagGroup,
    ModerationEvent,
    ModerationNote,
    ModerationRule,
    Notice,
    Opinion,
    OpinionVersion,
    Release,
    Response,
    SecondLook,
    Survey,
)
from polls.moderation import notes
from polls.moderation.notices.services import Complaint, give
from polls.moderation.replies.services import publish as publish_reply
from polls.moderation.services import Action, decide
from polls.privacy import retention
from polls.results import tallies
from polls.results.erasure import Erased
from polls.results.integrity import services as integrity
from polls.results.releases.services import publish_release
from tests.admin.conftest import signed_in
from tests.factories import (
    make_article,
    make_opinion,
    make_reply,
    make_response,
    make_staff,
    make_survey,
)
from tests.reader import Reader

PICTURE = "/articles/pont/results/picture.png"
DOORS = (
    "/articles/pont/results/",
    "/api/v1/surveys/pont/results.json",
    "/articles/pont/results/figures.csv",
    "/embed/pont/results/",
)


def judged(survey: Survey, text: str, action: str = Action.PUBLISH, **more: Any) -> Opinion:
    opinion = make_opinion(survey, text)
    moderator = make_staff("moderator")
    decide(versions={opinion.pk: 1}, action=action, moderator=moderator, **more)
    opinion.refresh_from_db()
    return opinion


def rule() -> ModerationRule:
    return ModerationRule.objects.get(language="fr", key="privacy")


def past(survey: Survey, days: int = 400) -> Survey:
    """The survey as it will be so many days after its closing."""
    opened = timezone.now() - timedelta(days=days + 30)
    closed = timezone.now() - timedelta(days=days)
    Survey.objects.filter(pk=survey.pk).update(opens_at=opened, closes_at=closed)
    forget()
    survey.refresh_from_db()
    return survey


def applied(*arguments: str) -> str:
    out = StringIO()
    call_command("apply_retention", *arguments, stdout=out)
    forget()
    return out.getvalue()


@pytest.fixture
def full(survey: Survey) -> Survey:
    """A survey with everything that may be there, due."""
    for _ in range(6):
        make_response(survey)
    make_opinion(survey, "Jamais décidé.")
    published = judged(survey, "Publié.")
    judged(survey, "Rejeté, voir http://example.org/.", Action.REJECT, rule=rule())
    OpinionVersion.objects.create(opinion=published, version=0, text="Avant.", status="pending")
    notes.add(opinion=published.pk, author=make_staff("moderator"), text="Une note.")
    complaint = Complaint(claim="rules", explanation="Parce que.", passage="Publ", name="Ana")
    give(opinion=published, complaint=complaint, receipt_hash="a" * 64)
    Response.objects.update(network_key="k" * 32, network_block="b" * 32)
    return past(survey)


def test_what_is_due_is_deleted_and_the_tallies_stay(full: Survey) -> None:
    before = tallies.standing(full.pk)
    out = applied()
    assert "9 answers deleted" in out
    assert not Response.objects.exists()
    assert not OpinionVersion.objects.exists()
    assert not ModerationNote.objects.exists()
    assert tallies.standing(full.pk) == before
    full.refresh_from_db()
    assert full.erased_at is not None


def test_a_text_that_nothing_was_decided_about_goes_and_of_others_a_mark_stays(
    full: Survey,
) -> None:
    applied()
    left = list(Opinion.objects.all())
    assert len(left) == 2
    for opinion in left:
        assert (opinion.status, opinion.text, opinion.signals) == ("erased", "", "")
        assert (opinion.may_publish, opinion.show_ratings, opinion.echo_a) == (False, False, 0)
        assert opinion.response is None
        last = opinion.events.first()
        assert last is not None
        assert (last.action, last.after, last.automatic, last.reason) == (
            "erase", "erased", True, "",
        )  # fmt: skip
    assert not Opinion.objects.queue().exists()


def test_what_is_open_about_a_deleted_text_is_settled(full: Survey) -> None:
    decision = ModerationEvent.objects.get(action="reject")
    SecondLook.objects.all().delete()
    assert decision.opinion is not None
    SecondLook.objects.create(decision=decision, opinion=decision.opinion)
    Appeal.objects.create(opinion=decision.opinion, decision=decision, text="Mes mots.")
    applied()
    notice, appeal = Notice.objects.get(), Appeal.objects.get()
    assert (notice.status, notice.passage, notice.explanation) == ("moot", "", "Parce que.")
    assert (appeal.status, appeal.text) == ("moot", "")
    assert not SecondLook.objects.exists()


def test_a_text_that_was_taken_back_stays_taken_back(survey: Survey) -> None:
    reader = Reader()
    reader.answer(item__opinion="Rendu.")
    reader.send("/receipts/withdraw/")
    past(survey)
    applied()
    opinion = Opinion.objects.get()
    assert (opinion.status, opinion.response) == ("withdrawn", None)
    assert [event.action for event in opinion.events.all()] == ["withdraw"]


@pytest.mark.parametrize("days", [0, 364])
def test_what_is_not_due_yet_is_left_and_its_day_is_said(survey: Survey, days: int) -> None:
    make_response(survey)
    past(survey, days)
    due = timezone.localtime(timezone.now() + timedelta(days=365 - days))
    assert f"kept until {due:%Y-%m-%d}" in applied()
    assert Response.objects.count() == 1


def test_a_survey_that_was_never_closed_is_never_due(survey: Survey) -> None:
    make_response(survey)
    assert "never closed" in applied()
    assert Response.objects.count() == 1


def test_a_survey_that_was_closed_by_hand_has_its_time(survey: Survey) -> None:
    make_response(survey)
    close(survey=survey)
    assert "kept until" in applied()


def test_each_survey_has_its_own_number_of_days(survey: Survey) -> None:
    other = make_survey(make_article("autre"), retention_days=30)
    for each in (survey, other):
        make_response(each)
        past(each, 40)
    out = applied()
    assert "autre, edition 1: 1 answers deleted" in out
    assert [each.survey for each in Response.objects.all()] == [survey]


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(
    full: Survey, django_assert_num_queries: Any
) -> None:
    events = AuditEvent.objects.count()
    out = applied("--dry-run")
    assert "pont, edition 1: would delete 9 answers, 3 texts (" in out
    assert Response.objects.count() == 9
    assert AuditEvent.objects.count() == events
    assert not Release.objects.exists()


def test_an_unknown_slug_is_an_error(db: None) -> None:
    with pytest.raises(CommandError, match="No published survey"):
        call_command("apply_retention", "rien")


def test_with_a_slug_only_its_surveys_are_looked_at(full: Survey) -> None:
    other = make_survey(make_article("autre"))
    make_response(other)
    past(other)
    assert "pont" in applied("pont")
    assert [each.survey.article.slug for each in Response.objects.all()] == ["autre"]


def test_the_record_says_when_it_began_and_when_it_was_done(full: Survey) -> None:
    applied()
    done, begun = AuditEvent.objects.filter(action="erase")
    assert (begun.actor, begun.actor_name) == (None, "")
    assert "9" in begun.detail
    assert "3" in begun.detail
    assert "2" in done.detail


def test_a_final_release_is_made_in_the_article_s_language(full: Survey) -> None:
    applied()
    release = Release.objects.get()
    assert (release.actor, release.actor_name) == (None, "")
    assert str(full.retention_days) in release.commentary
    page = Reader().get(f"/articles/pont/releases/{release.number}/")
    assert page.status_code == 200
    assert release.title in page.content.decode()
    live = json.loads(Reader().get("/api/v1/surveys/pont/results.json").content)
    then = json.loads(Reader().get("/api/v1/surveys/pont/releases/1.json").content)
    assert (live["items"], live["identity"]) == (then["items"], then["identity"])


def test_results_for_staff_get_no_release(survey: Survey) -> None:
    make_response(survey)
    Survey.objects.update(results="staff")
    past(survey)
    applied()
    assert not Release.objects.exists()
    assert not Response.objects.exists()


def test_fewer_answers_than_are_shown_get_no_release(survey: Survey) -> None:
    make_response(survey)
    Survey.objects.update(results_from=10)
    past(survey)
    applied()
    assert not Release.objects.exists()
    assert not Response.objects.exists()


def test_a_release_of_the_same_figures_is_final(full: Survey) -> None:
    publish_release(survey=full, by=None, title="Le bilan")
    applied()
    assert [release.title for release in Release.objects.all()] == ["Le bilan"]


def test_a_release_of_almost_the_same_figures_is_final(survey: Survey) -> None:
    for _ in range(6):
        make_response(survey)
    publish_release(survey=survey, by=None, title="Le bilan")
    make_response(survey)
    past(survey)
    applied()
    assert [release.title for release in Release.objects.all()] == ["Le bilan"]
    assert not Response.objects.exists()


def test_every_door_shows_the_same_counts_before_and_after(full: Survey) -> None:
    def seen() -> list[Any]:
        shown = [Reader().get(path) for path in DOORS]
        assert [page.status_code for page in shown] == [200] * len(shown)
        document = json.loads(shown[1].content)
        document.pop("as_of")
        return [document, shown[2].content.decode().count("\n"), tallies.standing(full.pk)]

    before = seen()
    picture = Reader().get(PICTURE).status_code
    applied()
    assert seen() == before
    assert Reader().get(PICTURE).status_code == picture == 200


def test_no_text_is_left_at_any_door(full: Survey) -> None:
    applied()
    for path in (*DOORS, "/articles/pont/opinions.atom", "/api/v1/surveys/pont/opinions.json"):
        page = Reader().get(path)
        assert page.status_code == 200, path
        assert "Publié." not in page.content.decode()


def test_a_published_reply_stays(full: Survey) -> None:
    reply = make_reply(full)
    publish_reply(reply=reply.pk, version=1, editor=make_staff("editor"))
    applied()
    assert reply.text in Reader().get("/articles/pont/results/").content.decode()


def test_the_code_of_a_deleted_answer_opens_nothing_and_the_page_says_why(survey: Survey) -> None:
    reader = Reader()
    reader.answer()
    code = reader.code
    past(survey)
    applied()
    page = Reader().send("/receipts/", {"code": code})
    assert page.status_code == 404
    assert "/privacy/?lang=fr" in page.content.decode()
    for path in ("/receipts/change/", "/receipts/withdraw/"):
        assert reader.send(path, {"code": code}).status_code == 404


def test_nobody_answers_after_it(full: Survey) -> None:
    applied()
    assert Reader().answer().status_code == 403
    assert not Response.objects.exists()


def test_a_withdrawal_in_the_moment_of_the_deletion_is_done(survey: Survey) -> None:
    from polls.answering import services

    response = make_response(survey)
    past(survey)
    applied()
    services.withdraw(response=response)
    assert not Response.objects.exists()


def test_tallies_are_not_rebuilt_after_it(full: Survey) -> None:
    applied()
    before = tallies.standing(full.pk)
    with pytest.raises(Erased):
        tallies.rebuild(full.pk)
    with pytest.raises(CommandError):
        call_command("rebuild_tallies", "pont", stdout=StringIO())
    for arguments in ((), ("--check",), ("pont", "--check")):
        out = StringIO()
        call_command("rebuild_tallies", *arguments, stdout=out)
        assert "not recounted" in out.getvalue()
    assert tallies.standing(full.pk) == before


def test_rows_are_not_exported_after_it(full: Survey) -> None:
    applied()
    with pytest.raises(CommandError, match="nothing to export"):
        call_command("export", "pont", "--output", "-")
    editor = signed_in("editor")
    page = editor.post(f"/admin/polls/survey/{full.pk}/export/")
    assert (page.status_code, page.streaming) == (400, False)
    assert not AuditEvent.objects.filter(action="export").exists()


def test_the_newsroom_is_told_instead_of_shown_comparisons_of_nothing(full: Survey) -> None:
    group = FlagGroup.objects.create(
        survey=full, rule="burst", version=1, key="k", score=9, threshold=4, size=3,
        first_at=timezone.now(), last_at=timezone.now(),
    )  # fmt: skip
    Flag.objects.create(group=group, response=Response.objects.all()[0])
    editor = signed_in("editor")
    applied()
    dashboard = f"/admin/polls/survey/{full.pk}/dashboard/"
    for query in ("", "?rows=credible&columns=relevant", "?item=credible"):
        page = editor.get(dashboard + query)
        assert page.status_code == 200
        assert page.context["comparisons"].erased
        assert page.context["comparisons"].cross is None
        assert page.context["comparisons"].trend is None
    group.refresh_from_db()
    assert (group.key, group.size) == (f"gone {group.pk}", 3)
    assert not integrity.waiting(full).exists()
    shown = editor.get(f"/admin/polls/flaggroup/{group.pk}/change/")
    assert shown.status_code == 200
    assert 'name="decision"' not in shown.content.decode()
    with pytest.raises(Erased):
        integrity.keep(group=group, by=make_staff("editor"), reason="x")


def test_the_last_release_is_final(full: Survey) -> None:
    applied()
    with pytest.raises(Erased):
        publish_release(survey=full, by=None, title="Encore")
    editor = signed_in("editor")
    page = editor.post(f"/admin/polls/survey/{full.pk}/release/", {"title": "Encore"})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert Release.objects.count() == 1


def changed(client: Client, survey: Survey, **values: str) -> Any:
    """Save the survey's page with some fields changed."""
    address = f"/admin/polls/survey/{survey.pk}/change/"
    form = client.get(address).context["adminform"].form
    data = {}
    for name in form.fields:
        field = form[name]
        value = field.value()
        data[field.html_name] = value if value is not None else ""
        shown = field.field.widget.format_value(value) if name in ("opens_at", "closes_at") else ""
        data[f"initial-{name}"] = shown or data[field.html_name]
        data[field.html_name] = data[f"initial-{name}"]
    for formset in client.get(address).context["inline_admin_formsets"]:
        for field in formset.formset.management_form:
            data[field.html_name] = field.value()
    return client.post(address, {k: v for k, v in (data | values).items() if v is not None})


def test_a_survey_whose_answers_are_deleted_is_not_reopened(full: Survey) -> None:
    applied()
    editor = signed_in("editor")
    page = changed(editor, full, closes_at="2099-01-01T12:00:00")
    assert page.status_code == 200
    assert page.context["adminform"].form.errors
    assert not Survey.objects.open().exists()


def test_one_that_is_only_closed_may_be_reopened(survey: Survey) -> None:
    past(survey, 3)
    editor = signed_in("editor")
    page = changed(editor, survey, closes_at="2099-01-01T12:00:00")
    assert page.status_code == 302, page.context["adminform"].form.errors
    assert Survey.objects.open().exists()


def test_a_run_that_is_killed_is_gone_on_with(full: Survey, monkeypatch: Any) -> None:
    monkeypatch.setattr(erasing, "BATCH", 4)
    before = tallies.standing(full.pk)
    whole = erasing.erase_batch
    calls: list[int] = []

    def killed(**more: Any) -> erasing.Erased:
        if calls:
            raise OperationalError("the server went away")
        calls.append(1)
        return whole(**more)

    monkeypatch.setattr(erasing, "erase_batch", killed)
    with pytest.raises(CommandError):
        applied()
    assert Response.objects.count() == 5
    full.refresh_from_db()
    assert full.erased_at is None
    # In between what reads rows refuses, and nothing is recounted from what is left.
    for refused in (
        lambda: tallies.rebuild(full.pk),
        lambda: publish_release(survey=full, by=None, title="Entre-temps"),
    ):
        with pytest.raises(Erased):
            refused()
    monkeypatch.setattr(erasing, "erase_batch", whole)
    assert "5 answers deleted" in applied()
    assert not Response.objects.exists()
    assert tallies.standing(full.pk) == before
    assert Release.objects.count() == 1
    assert AuditEvent.objects.filter(action="erase").count() == 2
    full.refresh_from_db()
    assert full.erased_at is not None


def test_a_closing_that_is_moved_meanwhile_stops_it(full: Survey) -> None:
    retention.begin(full, timezone.now())
    past(full, 3)
    with pytest.raises(erasing.NotDue):
        erasing.erase_batch(survey=full.pk, now=timezone.now())
    assert Response.objects.count() == 9


def test_a_second_run_does_nothing_more(full: Survey) -> None:
    applied()
    events = ModerationEvent.objects.count(), AuditEvent.objects.count()
    assert applied() == ""
    assert (ModerationEvent.objects.count(), AuditEvent.objects.count()) == events
    retention.finish(full)
    assert AuditEvent.objects.count() == events[1]


def test_a_batch_asks_as_many_queries_for_many_as_for_few(
    survey: Survey, django_assert_max_num_queries: Any
) -> None:
    for number in (2, 30):
        past(survey, -1)
        for n in range(number):
            judged(survey, f"Avis {n}")
        past(survey)
        with django_assert_max_num_queries(34):
            gone = erasing.erase_batch(survey=survey.pk, now=timezone.now())
        assert gone.marks == number


@pytest.mark.postgres
def test_two_runs_at_once_delete_everything_once(committed: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(erasing, "BATCH", 3)
    survey = make_survey()
    for n in range(30):
        make_response(survey, f"Avis {n}" if n % 3 == 0 else "")
    before = tallies.standing(survey.pk)
    past(survey)

    def run(_: int) -> int:
        try:
            return retention.erase(survey, timezone.now()).responses
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        deleted = list(pool.map(run, range(4)))
    assert sum(deleted) == 30
    assert Release.objects.count() == 1
    assert AuditEvent.objects.filter(action="erase").count() == 2
    assert not Response.objects.exists()
    assert tallies.standing(survey.pk) == before
