"""The transparency report: periods, what is counted, delays, fairness, the public page."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from polls.lib.caching import forget
from polls.models import (
    Appeal,
    Escalation,
    ModerationEvent,
    ModerationRule,
    Notice,
    Opinion,
    SecondLook,
    Survey,
)
from polls.moderation import services, texts
from polls.moderation.appeals import decide_appeal
from polls.moderation.notices.services import Complaint, give
from polls.moderation.services import Action, decide
from polls.moderation.transparency import exact, periods
from polls.moderation.transparency.counts import Scope
from polls.moderation.transparency.delays import rank
from polls.moderation.transparency.fairness import fairness
from polls.moderation.transparency.names import duration, name_of
from polls.moderation.transparency.report import Report, course
from polls.moderation.transparency.report import report as report_of
from tests.factories import make_article, make_opinion, make_staff, make_survey
from tests.reader import Reader

TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "random", lambda: 1.0)


def rule(key: str = "privacy", language: str = "fr") -> ModerationRule:
    return ModerationRule.objects.get(language=language, key=key)


def now_decide(opinion: Opinion, action: str, **more: Any) -> ModerationEvent:
    opinion.refresh_from_db()
    moderator = more.pop("moderator", None) or make_staff("moderator")
    decide(versions={opinion.pk: opinion.version}, action=action, moderator=moderator, **more)
    opinion.refresh_from_db()
    return ModerationEvent.objects.filter(opinion=opinion).latest("pk")


def report(survey: Survey | None = None, period: periods.Period | None = None) -> Report:
    this = periods.month_of(timezone.localdate())
    return report_of(Scope(period or this, survey.pk if survey else None))


def acts(found: Report) -> dict[str, tuple[int, int]]:
    """Of the decisions, those by a person and the automatic ones, without what is nothing."""
    counted = {act.key: (act.person, act.automatic) for act in found.decisions}
    return {key: numbers for key, numbers in counted.items() if any(numbers)}


def written(opinion: Opinion, at: datetime, **values: Any) -> ModerationEvent:
    """An event of another day, as none of our services writes one."""
    known = {"action": "publish", "before": "pending", "after": "published", "waited": 60}
    return ModerationEvent.objects.create(opinion=opinion, at=at, **known | values)


# Periods


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2026", (2026, 1, 1), (2026, 12, 31)),
        ("2026-q1", (2026, 1, 1), (2026, 3, 31)),
        ("2026-q4", (2026, 10, 1), (2026, 12, 31)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("2026-12", (2026, 12, 1), (2026, 12, 31)),
        ("2026-03-05..2026-02-01", (2026, 2, 1), (2026, 3, 5)),
    ],
)
def test_a_key_names_whole_days(key: str, first: tuple[int, ...], last: tuple[int, ...]) -> None:
    period = periods.period_of(key)
    assert period is not None
    assert (period.first, period.last) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "26",
        "2026-q5",
        "2026-13",
        "2026-00",
        "0000",
        "9999",
        "2026-02-30..2026-03-01",
        "２０２６",
    ],
)
def test_what_names_no_period_is_none(key: str) -> None:
    assert periods.period_of(key) is None


def test_a_period_begins_and_ends_at_midnight_here() -> None:
    march = periods.month_of(date(2026, 3, 10))
    paris = ZoneInfo("Europe/Paris")
    assert march.since == datetime(2026, 3, 1, tzinfo=paris)
    assert march.until == datetime(2026, 4, 1, tzinfo=paris)
    # The clocks went forward: an hour of it is missing.
    assert march.until.astimezone(UTC) - march.since.astimezone(UTC) == timedelta(days=31, hours=-1)


def test_the_months_and_quarters_before_a_day() -> None:
    months = periods.last_months(date(2026, 1, 31), 3)
    assert [month.key for month in months] == ["2025-11", "2025-12", "2026-01"]
    assert periods.last_quarter(date(2026, 1, 1)).key == "2025-q4"
    assert periods.last_quarter(date(2026, 12, 31)).key == "2026-q3"


def test_closed_are_the_quarters_and_years_that_are_over_since_the_first_text() -> None:
    found = [period.key for period in periods.closed(date(2025, 8, 2), date(2026, 5, 1))]
    assert found == ["2026-q1", "2025", "2025-q4", "2025-q3"]
    assert list(periods.closed(date(2026, 5, 1), date(2026, 5, 2))) == []


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("2026", "2026"),
        ("2026-q3", "third quarter of 2026"),
        ("2026-09", "September 2026"),
        ("2026-09-01..2026-09-14", "1 September 2026 to 14 September 2026"),
    ],
)
def test_a_period_has_a_name(key: str, name: str) -> None:
    with override("en"):
        assert name_of(periods.period_of(key) or periods.year_of(TODAY)) == name


# What is counted


def test_texts_are_counted_when_they_come_whatever_becomes_of_them(survey: Survey) -> None:
    make_opinion(survey)
    make_opinion(survey, may_publish=False)
    taken_back = make_opinion(survey)
    texts.withdraw(taken_back)
    found = report()
    received = found.received
    assert (received.for_publication, received.private, received.gone) == (1, 1, 1)
    assert received.total == 3
    assert found.withdrawn == 1


def test_a_text_of_another_day_is_not_counted(survey: Survey) -> None:
    opinion = make_opinion(survey)
    Opinion.objects.update(
        submitted_at=datetime(2025, 1, 31, 23, 59, tzinfo=ZoneInfo("Europe/Paris"))
    )
    written(opinion, datetime(2025, 2, 1, 0, 0, tzinfo=ZoneInfo("Europe/Paris")))
    january, february = (periods.month_of(date(2025, n, 1)) for n in (1, 2))
    assert report().received.total == 0
    assert report(period=january).received.total == 1
    assert acts(report(period=january)) == {}
    assert acts(report(period=february)) == {"published_before": (1, 0)}


def test_decisions_are_told_apart_by_what_they_did_and_by_whom(survey: Survey) -> None:
    after = make_survey(make_article("apres"), moderation="after", hide_reported=True)
    left, removed, hidden = (make_opinion(after) for _ in range(3))
    published, rejected, held = (make_opinion(survey) for _ in range(3))
    now_decide(left, Action.PUBLISH)
    now_decide(removed, Action.REJECT, rule=rule())
    now_decide(published, Action.PUBLISH)
    now_decide(published, Action.UNDO)
    now_decide(rejected, Action.REJECT, rule=rule())
    now_decide(held, Action.HOLD)
    give(opinion=hidden, complaint=Complaint("illegal"), receipt_hash="h")
    assert acts(report()) == {
        "published_before": (1, 0),
        "published_at_once": (0, 3),
        "left_published": (1, 0),
        "rejected_before": (1, 0),
        "rejected_after": (1, 0),
        "held": (1, 0),
        "hidden": (0, 1),
        "undone": (1, 0),
    }


def test_one_survey_is_counted_alone(survey: Survey) -> None:
    other = make_survey(make_article("autre"))
    for opinion in (make_opinion(survey), make_opinion(other), make_opinion(other)):
        now_decide(opinion, Action.REJECT, rule=rule())
        give_notice(opinion)
    assert acts(report(survey)) == {"rejected_before": (1, 0)}
    found = report(other)
    assert (found.received.total, found.rejections[0].count) == (2, 2)
    assert sum(claim.total for claim in found.notices) == 2
    assert found.delays[0].number == 2
    assert found.second_looks is None


def give_notice(opinion: Opinion, **values: Any) -> Notice:
    now = timezone.now()
    known = {"claim": "rules", "language": "fr", "due_at": now + timedelta(days=7)}
    return Notice.objects.create(
        opinion=opinion,
        survey=opinion.survey,
        receipt_hash=f"hash {Notice.objects.count()}",
        good_faith=True,
        **known | values,
    )


def test_rejections_are_by_ground_in_the_words_of_the_day(survey: Survey) -> None:
    english = make_survey(make_article("bridge", language="en"))
    title = rule().title
    for _ in range(2):
        now_decide(make_opinion(survey), Action.REJECT, rule=rule())
    now_decide(make_opinion(english), Action.REJECT, rule=rule("privacy", "en"))
    now_decide(make_opinion(survey), Action.REJECT, rule=rule("law-insult"))
    ModerationRule.objects.filter(key="privacy").update(title="Autre chose")
    found = [(g.kind, g.key, g.titles, g.count) for g in report().rejections]
    assert found == [
        ("rule", "privacy", (title, "No personal data"), 3),
        ("law", "law-insult", ("Injure",), 1),
    ]


def test_notices_are_by_claim_with_what_became_of_them(survey: Survey) -> None:
    removed, by_law, left = (make_opinion(survey) for _ in range(3))
    for opinion, claim in ((removed, "rules"), (by_law, "illegal"), (left, "illegal")):
        now_decide(opinion, Action.PUBLISH)
        give(opinion=opinion, complaint=Complaint(claim), receipt_hash=f"h{opinion.pk}")
    now_decide(removed, Action.REJECT, rule=rule())
    now_decide(by_law, Action.REJECT, rule=rule("law-insult"))
    now_decide(left, Action.PUBLISH)
    give_notice(left, claim="threat", due_at=timezone.now() - timedelta(hours=1))
    give_notice(left, claim="threat")
    by_claim = {claim.key: claim for claim in report().notices}
    shown = {key: {o: n for o, n in c.rows if n} for key, c in by_claim.items()}
    assert shown == {
        "rules": {"removed_rule": 1},
        "illegal": {"removed_law": 1, "dismissed": 1},
        "threat": {"open": 2},
    }
    assert by_claim["threat"].overdue == 1


def test_appeals_are_by_outcome_and_the_own_decision_reviewed_is_named(survey: Survey) -> None:
    alone = make_staff("moderator")
    for upheld in (True, False):
        opinion = make_opinion(survey)
        decision = now_decide(opinion, Action.REJECT, rule=rule(), moderator=alone)
        appeal = Appeal.objects.create(opinion=opinion, decision=decision)
        decide_appeal(appeal=appeal.pk, upheld=upheld, by=alone, answer="Relu.")
    found = report()
    assert found.appeals.outcomes == {"open": 0, "upheld": 1, "dismissed": 1, "moot": 0}
    assert found.appeals_alone == 2
    assert acts(found) == {"rejected_before": (2, 0), "overturned": (1, 0), "confirmed": (1, 0)}
    assert found.delays[0].number == 2  # the publication on appeal is no decision of the queue
    [month] = course([periods.month_of(timezone.localdate())])
    assert (month.published, month.rejected, month.appeals) == (1, 2, 2)


def test_second_looks_are_those_taken_in_the_period(survey: Survey) -> None:
    opinion = make_opinion(survey)
    event = now_decide(opinion, Action.PUBLISH)
    SecondLook.objects.create(
        decision=event, opinion=opinion, outcome="publish", looked_at=timezone.now()
    )
    looks = report().second_looks
    assert looks is not None
    assert (looks.looked, looks.agreed) == (1, 1)


def test_escalations_are_counted(survey: Survey) -> None:
    Escalation.objects.create(
        opinion=make_opinion(survey), facts="x", authority="x", told_at=timezone.now()
    )
    assert report().escalations == 1


def test_the_months_stand_beside_one_another(survey: Survey) -> None:
    opinion = make_opinion(survey)
    paris = ZoneInfo("Europe/Paris")
    Opinion.objects.update(submitted_at=datetime(2025, 2, 1, 0, 30, tzinfo=paris))
    written(opinion, datetime(2025, 2, 28, 23, 30, tzinfo=paris))
    written(opinion, datetime(2025, 3, 1, tzinfo=paris), before="published")  # left
    written(opinion, datetime(2025, 3, 2, tzinfo=paris), action="reject", rule_key="x")
    months = course(periods.last_months(date(2025, 3, 9), 3))
    rows = [(m.period.key, m.received, m.published, m.rejected) for m in months]
    assert rows == [("2025-01", 0, 0, 0), ("2025-02", 1, 1, 0), ("2025-03", 0, 0, 1)]


# Delays


def test_percentiles_are_by_nearest_rank() -> None:
    assert [rank(number, 50) for number in (1, 2, 3, 4, 100)] == [0, 0, 1, 1, 49]
    assert [rank(number, 95) for number in (1, 2, 19, 20, 21, 100)] == [0, 1, 18, 18, 19, 94]


def test_delays_are_those_that_were_measured(survey: Survey) -> None:
    opinion = make_opinion(survey)
    for waited in range(1, 21):
        written(opinion, timezone.now(), waited=waited * 100)
    written(opinion, timezone.now(), waited=10**6, automatic=True)
    written(opinion, timezone.now(), waited=10**6, action="hold")
    texts_delay = report().delays[0]
    assert (texts_delay.number, texts_delay.median, texts_delay.p95) == (20, 1000, 1900)


def test_notices_and_appeals_have_their_own_delay(survey: Survey) -> None:
    opinion = make_opinion(survey)
    event = now_decide(opinion, Action.REJECT, rule=rule())
    now = timezone.now()
    for hours in (1, 2, 9):
        give_notice(
            opinion, status="dismissed", received_at=now - timedelta(hours=hours), decided_at=now
        )
    give_notice(opinion, status="moot", received_at=now - timedelta(days=9), decided_at=now)
    Appeal.objects.create(
        opinion=opinion,
        decision=event,
        status="upheld",
        received_at=now - timedelta(seconds=90),
        decided_at=now,
    )
    delays = {d.of: (d.number, d.median, d.p95) for d in report().delays}
    assert delays["notices"] == (3, 7200, 32_400)
    assert delays["appeals"] == (1, 90, 90)
    assert delays["replies"] == (0, None, None)


@pytest.mark.postgres
def test_they_are_what_postgresql_calls_a_discrete_percentile(survey: Survey) -> None:
    opinion = make_opinion(survey)
    for number in range(1, 38):
        written(opinion, timezone.now(), waited=number * number % 41)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY waited),"
            " percentile_disc(0.95) WITHIN GROUP (ORDER BY waited) FROM polls_moderationevent"
        )
        found = cursor.fetchone()
    delay = report().delays[0]
    assert (delay.median, delay.p95) == found


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (7199, "120 minutes"),
        (7200, "2 hours"),
        (7201, "3 hours"),
        (2 * 86_400, "2 days"),
        (2 * 86_400 + 1, "3 days"),
    ],
)
def test_a_delay_is_said_in_the_unit_that_fits(seconds: int | None, words: str) -> None:
    with override("en"):
        assert duration(seconds) == words


# Fairness


@pytest.mark.parametrize(
    ("table", "probability"),
    [
        ((3, 1, 1, 3), 0.4857142857),  # the lady tasting tea
        ((10, 2, 3, 15), 0.0005367241),
        ((0, 5, 5, 0), 0.0079365079),
        ((0, 5, 0, 5), 1.0),
        ((7, 5, 7, 5), 1.0),
    ],
)
def test_the_exact_test_is_fishers(table: tuple[int, ...], probability: float) -> None:
    assert exact.two_sided(*table) == pytest.approx(probability, rel=1e-6)


def test_the_exact_test_holds_for_large_numbers() -> None:
    assert exact.two_sided(500, 49_500, 500, 49_500) == pytest.approx(1.0)
    assert 0 < exact.two_sided(400, 49_600, 600, 49_400) < 1e-8


def decided(survey: Survey, number: int, answer: str, *, rejected: int) -> None:
    for n in range(number):
        opinion = make_opinion(survey, answers={"credible": answer, "relevant": "4"})
        if n < rejected:
            now_decide(opinion, Action.REJECT, rule=rule())
        else:
            now_decide(opinion, Action.PUBLISH)


def groups(survey: Survey) -> dict[str, tuple[int | None, int | None]]:
    scale = fairness(Scope(periods.month_of(timezone.localdate()), survey.pk))[0]
    assert scale.aspect == "credibility"
    return {group.key: (group.decided, group.rejected) for group in scale.shown}


def test_rejections_are_by_how_the_author_rated(survey: Survey) -> None:
    decided(survey, 6, "1", rejected=4)
    decided(survey, 6, "2", rejected=2)
    decided(survey, 5, "3", rejected=1)
    decided(survey, 8, "5", rejected=0)
    decided(survey, 5, "none", rejected=1)
    assert groups(survey) == {"low": (12, 6), "middle": (5, 1), "high": (8, 0), "none": (5, 1)}
    scale = fairness(Scope(periods.month_of(timezone.localdate()), survey.pk))[0]
    assert scale.chance == exact.two_sided(6, 6, 0, 8)


def test_a_text_that_was_decided_twice_is_one_text(survey: Survey) -> None:
    decided(survey, 5, "1", rejected=0)
    opinion = Opinion.objects.order_by("pk")[0]
    now_decide(opinion, Action.UNDO)
    now_decide(opinion, Action.REJECT, rule=rule())
    assert groups(survey) == {"low": (5, 1)}


def test_a_group_of_a_few_authors_is_hidden_with_one_that_would_give_it_away(
    survey: Survey,
) -> None:
    decided(survey, 4, "1", rejected=4)
    decided(survey, 6, "3", rejected=1)
    decided(survey, 9, "5", rejected=1)
    assert groups(survey) == {"low": (None, None), "middle": (None, None), "high": (9, 1)}
    scale = fairness(Scope(periods.month_of(timezone.localdate()), survey.pk))[0]
    assert scale.chance is None


def test_withdrawn_answers_and_other_surveys_are_no_part_of_it(survey: Survey) -> None:
    other = make_survey(make_article("autre"))
    decided(other, 5, "1", rejected=5)
    decided(survey, 6, "5", rejected=0)
    reader = Reader()
    reader.answer(item__opinion="Un avis.", consent_publication="on")
    now_decide(Opinion.objects.latest("pk"), Action.PUBLISH)
    reader.send("/receipts/withdraw/", {})
    assert groups(survey) == {"high": (6, 0)}
    assert fairness(Scope(periods.month_of(timezone.localdate()))) == ()


# Its cost


def test_its_queries_do_not_grow_with_what_is_counted(
    survey: Survey, django_assert_max_num_queries: Any
) -> None:
    now_decide(make_opinion(survey), Action.PUBLISH)
    with django_assert_max_num_queries(30) as few:
        report()
    for key in ("privacy", "hate", "law-insult", "off-topic"):
        opinion = make_opinion(survey)
        give_notice(opinion)
        now_decide(opinion, Action.REJECT, rule=rule(key))
    with django_assert_max_num_queries(len(few) + 2):  # the two percentiles of notices
        report()


# The public page


@pytest.fixture
def past(survey: Survey) -> str:
    """Something was decided in the quarter that is over; its key."""
    quarter = periods.last_quarter(timezone.localdate())
    opinion = make_opinion(survey, "Le texte du lecteur.")
    Opinion.objects.update(submitted_at=quarter.since)
    known = {"rule_key": "privacy", "rule_kind": "rule", "rule_title": "Pas de donnée personnelle"}
    written(opinion, quarter.since, action="reject", after="rejected", actor_name="ana", **known)
    forget()
    return quarter.key


def test_everybody_reads_what_is_over(past: str) -> None:
    answer = Reader().get("/transparency/?lang=en")
    page = answer.content.decode()
    assert "1 text was received." in page
    assert "Pas de donnée personnelle" in page
    assert answer["Cache-Control"].startswith("public, max-age=3600")
    assert not answer.cookies
    assert "ana" not in page
    assert "Le texte du lecteur" not in page


def test_it_has_no_fairness_and_no_second_look(past: str) -> None:
    for path in ("/transparency/", f"/transparency/{past}.csv"):
        page = Reader().get(f"{path}?lang=en").content.decode()
        assert "fairness" not in page.lower()
        assert "second_looks" not in page
        assert "second look" not in page.lower()


def test_a_cache_that_asks_again_gets_nothing_new(past: str) -> None:
    etag = Reader().get("/transparency/")["ETag"]
    assert Reader().get("/transparency/", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("key", ["2026", "nonsense", "1999-q1", "2026-11", "2199"])
def test_what_runs_or_never_was_is_no_page(past: str, key: str) -> None:
    running = periods.quarter_of(timezone.localdate()).key
    for one in {key, running} - {past}:
        assert Reader().get(f"/transparency/{one}/").status_code == 404
        assert Reader().get(f"/transparency/{one}.csv").status_code == 404


def test_before_a_quarter_is_over_it_says_when_there_will_be_something(db: None) -> None:
    answer = Reader().get("/transparency/?lang=en")
    assert answer.status_code == 200
    assert "The first report covers the quarter that ends on" in answer.content.decode()


def test_its_table_is_safe_and_its_keys_are_stable(survey: Survey, past: str) -> None:
    written(
        Opinion.objects.get(),
        periods.period_of(past).since,  # type: ignore[union-attr]
        action="reject",
        rule_key="formula",
        rule_title="=1+1",
    )
    forget()
    answer = Reader().get(f"/transparency/{past}.csv?lang=en")
    assert answer["Content-Disposition"] == f'attachment; filename="moderation-{past}.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbfperiod,first_day,last_day,survey,measure,of,")
    lines = answer.content.decode().splitlines()
    assert f"{past}," in lines[1]
    assert any(",texts.received,for_publication,To be published,1,count" in line for line in lines)
    assert any(",rejections,rule:formula,'=1+1,1,count" in line for line in lines)


def test_it_is_in_the_language_that_is_asked_for(past: str) -> None:
    assert 'lang="fr"' in Reader().get("/transparency/?lang=fr").content.decode()
    assert 'lang="en"' in Reader().get("/transparency/?lang=en").content.decode()
    assert Reader().get("/transparency/?lang=xx").status_code == 200


def test_a_site_with_simulated_readers_says_so(past: str) -> None:
    assert "Simulated readers" not in Reader().get("/transparency/?lang=en").content.decode()
    Survey.objects.update(simulated=True, published_at=timezone.now() - timedelta(days=400))
    forget()
    assert "Simulated readers" in Reader().get("/transparency/?lang=en").content.decode()
