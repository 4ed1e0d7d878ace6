"""Flagging, setting aside and taking back: counts stay right whatever happens meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from io import StringIO
from typing import Any, TypeVar

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from polls.answering.services import change, withdraw
from polls.answering.submission import Submission
from polls.lib import caching
from polls.models import AuditEvent, Flag, FlagGroup, NetworkSalt, Response, Survey, read_edition
from polls.results import tallies
from polls.results.integrity import flagging, services
from polls.results.integrity.services import exclude, flag, include, keep, waiting
from polls.results.queries import results
from tests.factories import make_article, make_response, make_staff, make_survey
from tests.results.integrity_rows import MINUTE, every

T = TypeVar("T")


def from_one_network(survey: Survey, number: int, **values: Any) -> list[Response]:
    """Responses that the rule of repeats puts together, ten seconds apart."""
    responses = [make_response(survey, **values) for _ in range(number)]
    start = timezone.now() - timedelta(hours=1)
    for place, response in enumerate(responses):
        response.submitted_at = start + place * timedelta(seconds=10)
        response.network_key = "a"
        response.save(update_fields=["submitted_at", "network_key"])
    return responses


def quick(responses: list[Response], seconds: int | None = 1) -> None:
    """Make them faster than anyone reads as well."""
    ids = [response.pk for response in responses]
    Response.objects.filter(pk__in=ids).update(seconds=seconds)


def group_of(rule: str) -> FlagGroup:
    return FlagGroup.objects.get(rule=rule)


@pytest.fixture
def editor(db: None) -> User:
    return make_staff("editor", name="ada")


@pytest.fixture
def flagged(survey: Survey) -> FlagGroup:
    """A group of five, among seven responses."""
    from_one_network(survey, 5)
    make_response(survey)
    make_response(survey)
    flag(survey)
    return group_of("repeat")


def counted(survey: Survey) -> tuple[int, int]:
    """Respondents that count, and those set aside; the tallies must agree with the rows."""
    assert tallies.differences(survey.pk) == {}
    standing = tallies.standing(survey.pk)
    return standing.counted.get(("", ""), 0), standing.excluded.get(("", ""), 0)


# Flagging


def test_flagging_removes_nothing(survey: Survey, flagged: FlagGroup) -> None:
    assert (flagged.size, flagged.set_aside, flagged.version, flagged.threshold) == (5, 0, 1, 3)
    assert flagged.last_at - flagged.first_at == timedelta(seconds=40)
    assert counted(survey) == (7, 0)
    assert not Response.objects.filter(excluded=True).exists()


def test_a_second_run_writes_nothing(survey: Survey, flagged: FlagGroup) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert flag(survey) == 0
    written = ("INSERT", "UPDATE", "DELETE", "FOR UPDATE")
    assert not [q["sql"] for q in queries if any(word in q["sql"] for word in written)]


def test_new_members_join_and_wait_for_the_next_look(
    survey: Survey, flagged: FlagGroup, editor: User
) -> None:
    exclude(group=flagged, by=editor, reason="Un script.")
    from_one_network(survey, 3)
    assert flag(survey) == 3
    flagged.refresh_from_db()
    assert (flagged.size, flagged.set_aside, flagged.decided_size) == (8, 5, 5)
    assert flagged in waiting()
    assert Flag.objects.filter(excluded=True).count() == 5
    assert counted(survey) == (5, 5)


def test_large_groups_are_written_in_chunks(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flagging, "CHUNK", 4)
    monkeypatch.setattr(flagging, "PAUSE", 0)
    every(survey, 10, timedelta(seconds=1), network_key="a")
    assert flag(survey) == 10
    assert group_of("repeat").size == Flag.objects.count() == 10


def test_flagging_says_what_each_rule_found(survey: Survey) -> None:
    quick(from_one_network(survey, 4))
    found = {one.rule: one for one in services.flag_by_rule(survey)}
    assert found["repeat"] == services.Flagged("repeat", groups=1, responses=4, new=4)
    assert found["speed"].new == 4
    assert found["burst"].groups == 0


# Setting aside and taking back


def test_setting_aside_moves_the_counts_and_is_on_the_record(
    survey: Survey, flagged: FlagGroup, editor: User
) -> None:
    assert exclude(group=flagged, by=editor, reason=" Un script. ") == 5
    assert counted(survey) == (2, 5)
    figures = results(read_edition(survey))
    assert (figures.respondents, figures.received) == (2, 7)
    assert [(one.rule, one.count) for one in figures.set_aside] == [("repeat", 5)]
    event = AuditEvent.objects.get(action="exclude")
    assert (event.survey, event.actor) == (survey, editor)
    assert event.detail.startswith(f"repeat v1 #{flagged.pk} · ")
    assert event.detail.endswith("· Un script.")
    assert "5\u00a0" in event.detail
    assert flagged not in waiting()


def test_this_process_forgets_its_figures_after_each_decision(
    flagged: FlagGroup, editor: User, django_capture_on_commit_callbacks: Any
) -> None:
    for act in (exclude, include, keep):
        with django_capture_on_commit_callbacks() as callbacks:
            act(group=flagged, by=editor, reason="x")
        assert caching.forget in callbacks
        flagged.refresh_from_db()


def test_taking_back_in_undoes_it(survey: Survey, flagged: FlagGroup, editor: User) -> None:
    exclude(group=flagged, by=editor, reason="Un script.")
    flagged.refresh_from_db()
    assert include(group=flagged, by=editor, reason="Une classe.") == 5
    flagged.refresh_from_db()
    assert (flagged.set_aside, counted(survey)) == (0, (7, 0))
    assert AuditEvent.objects.get(action="include").detail.endswith("· Une classe.")


def test_leaving_it_counted_is_on_the_record_and_off_the_list(
    survey: Survey, flagged: FlagGroup, editor: User
) -> None:
    keep(group=flagged, by=editor, reason="Une classe.")
    assert counted(survey) == (7, 0)
    assert flagged not in waiting()
    (event,) = services.history(flagged)
    assert (event.action, event.actor_name) == ("keep", "ada")
    from_one_network(survey, 1)
    flag(survey)
    assert flagged in waiting(survey)


def test_what_two_groups_set_aside_counts_again_with_the_second(
    survey: Survey, editor: User
) -> None:
    quick(from_one_network(survey, 4)[:3])
    flag(survey)
    assert exclude(group=group_of("repeat"), by=editor, reason="x") == 4
    assert exclude(group=group_of("speed"), by=editor, reason="x") == 0
    assert include(group=group_of("repeat"), by=editor, reason="x") == 1
    assert counted(survey) == (1, 3)
    assert include(group=group_of("speed"), by=editor, reason="x") == 3
    assert counted(survey) == (4, 0)


@pytest.mark.parametrize("reason", ["", "  \u200b ", "x" * 301])
@pytest.mark.parametrize("act", [exclude, include, keep])
def test_a_decision_needs_a_reason_of_at_most_300_characters(
    survey: Survey, flagged: FlagGroup, editor: User, act: Callable[..., object], reason: str
) -> None:
    with pytest.raises(services.ReasonMissing):
        act(group=flagged, by=editor, reason=reason)
    assert counted(survey) == (7, 0)
    assert not AuditEvent.objects.filter(action__in=["exclude", "include"]).exists()


def test_a_reason_of_300_characters_stands_in_full(flagged: FlagGroup, editor: User) -> None:
    exclude(group=flagged, by=editor, reason="é" * 300)
    assert AuditEvent.objects.get(action="exclude").detail.endswith("é" * 300)


@pytest.mark.parametrize("act", [exclude, include, keep])
def test_who_saw_an_older_group_is_told_and_nothing_moves(
    survey: Survey, flagged: FlagGroup, editor: User, act: Callable[..., object]
) -> None:
    seen = FlagGroup.objects.get(pk=flagged.pk)
    exclude(group=flagged, by=editor, reason="x")
    with pytest.raises(services.Changed) as told:
        act(group=seen, by=editor, reason="y")
    assert told.value.group.set_aside == 5
    assert counted(survey) == (2, 5)


def test_a_group_that_grew_since_it_was_seen_is_left_alone(
    survey: Survey, flagged: FlagGroup, editor: User
) -> None:
    from_one_network(survey, 1)
    flag(survey)
    with pytest.raises(services.Changed):
        exclude(group=flagged, by=editor, reason="x")
    assert counted(survey) == (8, 0)


def test_who_withdraws_leaves_the_groups_and_their_numbers_stay_right(
    survey: Survey, editor: User
) -> None:
    responses = from_one_network(survey, 5)
    quick(responses)
    flag(survey)
    exclude(group=group_of("repeat"), by=editor, reason="x")
    for response in responses[:2]:
        withdraw(response=response)
    repeat, speed = group_of("repeat"), group_of("speed")
    assert (repeat.size, repeat.set_aside, repeat.decided_size) == (3, 3, 3)
    assert (speed.size, speed.set_aside, speed.decided_size) == (3, 0, 0)
    assert counted(survey) == (0, 3)
    from_one_network(survey, 2)
    flag(survey)
    assert group_of("repeat") in waiting()  # as many as were seen, but not the same
    assert include(group=group_of("repeat"), by=editor, reason="x") == 3


def test_a_group_that_all_have_left_waits_for_nobody(survey: Survey) -> None:
    for response in from_one_network(survey, 3):
        flag(survey)
        withdraw(response=response)
    assert not FlagGroup.objects.exists()
    assert not waiting().exists()


def test_of_a_group_that_was_decided_on_the_decision_stays_without_what_it_had_in_common(
    survey: Survey, editor: User
) -> None:
    rows = from_one_network(survey, 3)
    flag(survey)
    exclude(group=group_of("repeat"), by=editor, reason="Le même poste.")
    for response in rows:
        withdraw(response=response)
    group = group_of("repeat")
    assert (group.size, group.set_aside, group.key) == (0, 0, f"gone {group.pk}")
    assert not waiting().exists()


def test_who_joined_in_the_place_of_one_who_left_is_not_set_aside_unseen(
    survey: Survey, editor: User
) -> None:
    first, *_ = from_one_network(survey, 3)
    flag(survey)
    seen = group_of("repeat")
    newest = services.newest_flag(seen)
    withdraw(response=first)
    (newcomer,) = from_one_network(survey, 1)
    flag(survey)
    exclude(group=seen, by=editor, reason="Le même poste.", newest=newest)
    newcomer.refresh_from_db()
    assert not newcomer.excluded
    assert counted(survey) == (1, 2)
    assert waiting(survey).exists()


def test_setting_aside_asks_as_many_queries_for_many_as_for_few(
    survey: Survey, editor: User, django_assert_max_num_queries: Any
) -> None:
    for number in (3, 40):
        from_one_network(survey, number)
        flag(survey)
        with django_assert_max_num_queries(15):
            exclude(group=group_of("repeat"), by=editor, reason="x")


# At the same moment


def at_once(calls: list[Callable[[], T]]) -> list[T]:
    def closing(call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(closing, calls))


def test_readers_who_change_or_withdraw_at_the_same_moment_break_no_count(committed: None) -> None:
    survey, editor = make_survey(), make_staff("editor")
    responses = from_one_network(survey, 30)
    quick(responses[10:])
    flag(survey)

    def decide(act: Callable[..., object], rule: str) -> None:
        for _ in range(20):
            try:
                act(group=group_of(rule), by=editor, reason="x")
            except services.Changed:
                continue

    def take_back(response: Response) -> None:
        withdraw(response=response)

    def turn(response: Response, point: str) -> None:
        change(response=response, submission=Submission({"credible": point, "relevant": "1"}))

    calls: list[Callable[[], object]] = [
        partial(decide, act, rule) for rule in ("repeat", "speed") for act in (exclude, include)
    ]
    for place, response in enumerate(responses):
        calls.append(partial(take_back if place % 3 == 0 else partial(turn, point="5"), response))
    calls.append(partial(flag, survey))
    at_once(calls)
    counted(survey)
    for group in FlagGroup.objects.all():
        assert group.size == group.flags.count()
        assert group.set_aside == group.flags.filter(excluded=True).count()
    aside = Response.objects.filter(flags__excluded=True).distinct()
    assert set(aside) == set(Response.objects.filter(excluded=True, withdrawn_at=None))


def test_of_two_editors_at_once_one_decides_and_the_other_is_told(committed: None) -> None:
    survey = make_survey()
    from_one_network(survey, 8)
    flag(survey)
    editors = [make_staff("editor") for _ in range(2)]
    seen = [group_of("repeat") for _ in range(2)]

    def decide(place: int) -> str:
        act = (exclude, keep)[place]
        try:
            act(group=seen[place], by=editors[place], reason="x")
        except services.Changed:
            return "told"
        return "decided"

    assert sorted(at_once([partial(decide, 0), partial(decide, 1)])) == ["decided", "told"]
    assert AuditEvent.objects.filter(action__in=["exclude", "keep"]).count() == 1
    counted(survey)


def test_two_runs_at_once_flag_each_response_once(committed: None) -> None:
    survey = make_survey()
    from_one_network(survey, 8)
    at_once([partial(flag, survey)] * 6)
    assert group_of("repeat").size == Flag.objects.filter(group__rule="repeat").count() == 8


# The command


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("flag_responses", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_says_what_each_rule_found(survey: Survey) -> None:
    from_one_network(survey, 4)
    lines = run("pont")
    assert lines[0] == "pont, edition 1: repeat: 1 groups, 4 responses, 4 of them new"
    assert len(lines) == 7
    assert run("pont")[0].endswith("4 responses, 0 of them new")


def test_the_command_looks_at_what_is_recent_unless_all_is_asked_for(survey: Survey) -> None:
    every(survey, 4, MINUTE / 10, network_key="a")  # in January 2025
    closed = make_survey(make_article("ancien"))
    Survey.objects.filter(pk=closed.pk).update(closes_at=timezone.now() - timedelta(days=3))
    assert {line.split(",")[0] for line in run()} == {"pont"}
    assert not FlagGroup.objects.exists()
    assert {line.split(",")[0] for line in run("--all")} == {"pont", "ancien"}
    assert group_of("repeat").size == 4


def test_the_command_drops_salts_that_no_submission_dropped(survey: Survey) -> None:
    today = timezone.now().date()
    for age in range(4):
        NetworkSalt.objects.create(day=today - timedelta(days=age), salt="00" * 32)
    run()
    assert {salt.day for salt in NetworkSalt.objects.all()} == {today, today - timedelta(days=1)}


def test_an_unknown_survey_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="rien"):
        run("rien")
