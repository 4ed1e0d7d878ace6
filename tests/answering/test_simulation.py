"""Simulated readers: counted like others, labelled, and the same again for the same seed."""

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise
from random import Random
from statistics import correlation

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from polls.answering.fields import MAX_TEXT
from polls.answering.forms import form_class
from polls.answering.simulation import fitting_rule, services
from polls.answering.simulation.readers import SimulatedReader, readers
from polls.answering.simulation.texts import LANGUAGES, compose
from polls.answering.simulation.times import moments
from polls.lib.caching import forget
from polls.models import (
    Answers,
    AuditEvent,
    Choice,
    ModerationEvent,
    Opinion,
    Question,
    Response,
    Survey,
    read_edition,
)
from polls.results import tallies
from tests.reader import Reader

SLUG = "stargate-musk"
pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> Survey:
    """The sample: its statements are several, its texts name their speaker."""
    return make_sample("fr", SLUG)


def make_sample(language: str, slug: str) -> Survey:
    call_command("load_sample", language=language, stdout=StringIO())
    survey = Survey.objects.current(slug)
    assert survey is not None
    return survey


def simulate(number: int = 50, seed: int = 1, slug: str = SLUG) -> str:
    out = StringIO()
    call_command("simulate_readers", slug, responses=number, seed=seed, stdout=out)
    return out.getvalue()


def add_question(survey: Survey, kind: str, *options: int | None, required: bool = False) -> str:
    key = f"{kind}-{len(options)}-{int(required)}"
    question = Question.objects.create(
        survey=survey, key=key, kind=kind, wording="?", required=required, position=1
    )
    Choice.objects.bulk_create(
        Choice(question=question, key=f"c{place}", label="!", value=value, position=place)
        for place, value in enumerate(options)
    )
    return key


def sample_of(survey: Survey, number: int, seed: int = 1) -> list[SimulatedReader]:
    return list(readers(read_edition(survey), number, seed))


def assert_tallies_equal_a_recount(survey: Survey) -> None:
    call_command("rebuild_tallies", survey.article.slug, check=True, stdout=StringIO())


def test_simulated_readers_count_like_others(survey: Survey) -> None:
    simulate(120)
    added = Response.objects.standing().filter(
        survey=survey, channel=Response.Channel.SIMULATION, language="fr"
    )
    assert added.count() == tallies.respondents(survey.pk) == 120
    assert len(set(added.values_list("reader_key", flat=True))) == 120
    assert_tallies_equal_a_recount(survey)


def test_readers_added_in_several_batches_and_calls_add_up(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 7)
    simulate(20)
    simulate(15)
    assert tallies.respondents(survey.pk) == Response.objects.count() == 35
    assert_tallies_equal_a_recount(survey)


def test_the_same_seed_gives_the_same_answers_and_texts(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contents(seed: int) -> list[tuple[Answers, str]]:
        before = set(Response.objects.values_list("pk", flat=True))
        simulate(60, seed)
        added = Response.objects.exclude(pk__in=before).order_by("pk")
        texts = dict(Opinion.objects.values_list("response_id", "text"))
        return [(response.answers, texts.get(response.pk, "")) for response in added]

    first = contents(7)
    monkeypatch.setattr(services, "BATCH", 11)
    assert contents(7) == first
    assert contents(8) != first


def test_the_survey_is_labelled_wherever_its_figures_show(client: Client, survey: Survey) -> None:
    address = f"/api/v1/surveys/{SLUG}/results.json"
    assert client.get(address).json()["simulated"] is False
    simulate()
    survey.refresh_from_db()
    assert survey.simulated
    forget()  # what the commit does, outside a test's transaction
    figures = client.get(address).json()
    assert (figures["simulated"], figures["respondents"]) == (True, 50)


def test_a_batch_that_fails_leaves_nothing_behind(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(tallies, "add", fail)
    with pytest.raises(OSError, match="disk full"):
        simulate()
    survey.refresh_from_db()
    assert not survey.simulated
    assert not Response.objects.exists()
    assert not AuditEvent.objects.filter(action=AuditEvent.Action.SIMULATE).exists()


def test_the_record_says_once_what_was_asked_for(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 20)
    simulate(50, seed=3)
    event = survey.audit.get(action=AuditEvent.Action.SIMULATE)
    assert event.detail == "--responses 50 --seed 3"


def test_a_real_reader_who_answers_afterwards_counts(reader: Reader, survey: Survey) -> None:
    simulate(30)
    before = tallies.read(survey.pk)
    answer = reader.answer(SLUG, item__credible="1", item__relevant="5")
    assert answer.status_code == 303
    after = tallies.read(survey.pk)
    assert after[tallies.RESPONDENTS] == 31
    assert after["credible", "1"] == before.get(("credible", "1"), 0) + 1
    assert Response.objects.filter(channel=Response.Channel.PAGE).count() == 1
    assert_tallies_equal_a_recount(survey)


def test_each_simulated_answer_is_one_that_the_form_takes(survey: Survey) -> None:
    add_question(survey, Question.Kind.MULTIPLE, None, None, None)
    add_question(survey, Question.Kind.SINGLE, None, None, required=True)
    edition = read_edition(survey)
    form = form_class(edition.questionnaire, edition.survey)
    for reader in sample_of(survey, 80):
        posted = QueryDict(mutable=True)
        for key, answer in reader.answers.items():
            posted.setlist(f"item-{key}", [answer] if isinstance(answer, str) else answer)
        consents = {
            "consent_publication": reader.may_publish,
            "consent_ratings": reader.show_ratings,
            "consent_counting": True,
        }
        posted["item-opinion"] = reader.text
        posted.update({name: "on" for name, given in consents.items() if given})
        bound = form(posted)
        assert bound.is_valid(), bound.errors
        sent = bound.submission()
        assert (sent.answers, sent.text) == (reader.answers, reader.text)
        assert (sent.may_publish, sent.show_ratings) == (reader.may_publish, reader.show_ratings)


def test_any_questionnaire_is_answered(survey: Survey) -> None:
    survey.questions.all().delete()
    two = add_question(survey, Question.Kind.SCALE, 0, 1, required=True)
    eleven = add_question(survey, Question.Kind.SCALE, *range(-5, 6), None, required=True)
    several = add_question(survey, Question.Kind.MULTIPLE, None, None, None, required=True)
    one = add_question(survey, Question.Kind.SINGLE, None, None, None)
    add_question(survey, Question.Kind.TEXT, required=True)
    given = sample_of(survey, 400)
    assert all(reader.text for reader in given)
    assert {reader.answers[two] for reader in given} == {"c0", "c1"}
    assert len({str(reader.answers[eleven]) for reader in given}) == 12
    assert all(reader.answers[several] for reader in given)
    assert {reader.answers.get(one) for reader in given} == {"c0", "c1", "c2", None}


def test_answers_are_plausible(survey: Survey) -> None:
    given = sample_of(survey, 3000)
    answered = Counter(key for reader in given for key in reader.answers)
    assert answered["credible"] == answered["relevant"] == 3000
    about = [count / 3000 for key, count in answered.items() if key.startswith("s")]
    assert all(0.3 < share < 0.5 for share in about)
    assert len({len(reader.answers) for reader in given}) > 6
    pairs = [(reader.answers["credible"], reader.answers.get("s1-credible")) for reader in given]
    points = [(int(str(a)), int(str(b))) for a, b in pairs if b and "none" not in (a, b)]
    assert correlation(*zip(*points, strict=True)) > 0.4
    nothing = sum(whole == "none" for whole, _ in pairs)
    assert 0.03 < nothing / 3000 < 0.15


def test_about_three_in_ten_write_and_their_consents_differ(survey: Survey) -> None:
    given = sample_of(survey, 3000)
    texts = [reader for reader in given if reader.text]
    assert 0.27 < len(texts) / 3000 < 0.33
    assert {(reader.may_publish, reader.show_ratings) for reader in texts} == {
        (True, True),
        (True, False),
        (False, False),
    }
    assert not any(reader.may_publish for reader in given if not reader.text)
    assert len({reader.text for reader in texts}) > 0.7 * len(texts)
    assert sum("Elon Musk" in reader.text for reader in texts) > 50
    assert 10 < sum(bool(fitting_rule(reader.text)) for reader in texts) < 100


@pytest.mark.parametrize(("language", "word"), [("fr", "je"), ("en", "the")])
def test_texts_are_in_the_language_of_the_article(language: str, word: str) -> None:
    survey = make_sample(language, {"fr": SLUG, "en": f"{SLUG}-en"}[language])
    words = Counter(
        word for reader in sample_of(survey, 800) for word in reader.text.lower().split()
    )
    assert words[word] > 40
    assert words[{"je": "the", "the": "je"}[word]] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_varied_and_fit_the_field(language: str) -> None:
    random = Random(5)
    phrases = LANGUAGES[language]
    texts = [
        compose(random, phrases, stance, speakers)
        for stance in phrases.claims
        for speakers in ([], ["Ada"])
        for _ in range(500)
    ]
    assert len(set(texts)) > 1500
    assert not any("{" in text or len(text) > MAX_TEXT for text in texts)
    assert any(text.isupper() for text in texts)
    assert {fitting_rule(text) for text in texts} == {"", *phrases.rejectable}


def test_every_rule_that_a_text_may_break_is_one_of_the_survey(survey: Survey) -> None:
    keys = set(survey.rules.values_list("key", flat=True))
    assert set(LANGUAGES["fr"].rejectable) == keys == set(LANGUAGES["en"].rejectable)


def test_readers_come_between_the_opening_and_now(survey: Survey) -> None:
    opening = timezone.now() - timedelta(days=3)
    Survey.objects.update(opens_at=opening)
    simulate(100)
    times = list(Response.objects.order_by("pk").values_list("submitted_at", flat=True))
    assert opening <= times[0] <= times[-1] <= timezone.now()
    assert times == sorted(times)
    assert times[-1] - times[0] > timedelta(days=2)
    for opinion in Opinion.objects.select_related("response"):
        assert opinion.response
        assert opinion.submitted_at == opinion.response.submitted_at


def test_without_a_date_of_opening_they_come_in_the_last_week(survey: Survey) -> None:
    simulate(40)
    first = Response.objects.order_by("submitted_at")[0].submitted_at
    assert timedelta(days=5) < timezone.now() - first <= timedelta(days=7, minutes=1)


def test_most_come_in_the_evening_and_time_never_runs_backwards() -> None:
    end = datetime(2026, 10, 28, 16, 20, tzinfo=timezone.get_current_timezone())
    start = end - timedelta(days=10)  # over the end of summer time
    moment = moments(start, end)
    times = [moment(place / 2000) for place in range(2001)]
    assert all(one <= other for one, other in pairwise(times))
    assert (times[0], times[-1]) == (start, end)
    hours = Counter(timezone.localtime(time).hour for time in times)
    assert hours[21] > 2 * hours[11] > 4 * hours[4]
    assert moments(end, end)(0.5) == end


def test_a_survey_that_publishes_at_once_publishes_them_at_once(survey: Survey) -> None:
    Survey.objects.update(moderation=Survey.Moderation.AFTER)
    simulate(100)
    published = Opinion.objects.published()
    assert published.count() > 10
    assert set(Opinion.objects.queue()) == set(published)  # to be read afterwards
    events = ModerationEvent.objects.filter(action=ModerationEvent.Action.PUBLISH, automatic=True)
    assert set(events.values_list("opinion", flat=True)) == set(
        published.values_list("pk", flat=True)
    )


def test_pending_texts_wait_in_the_queue_without_any_event(survey: Survey) -> None:
    simulate(100)
    assert Opinion.objects.queue().count() > 10
    assert not Opinion.objects.exclude(status=Opinion.Status.PENDING).exists()
    assert not ModerationEvent.objects.exists()


@pytest.mark.parametrize(("number", "seed"), [(0, 1), (-3, 1), (5, -1)])
def test_numbers_that_make_no_sense_are_refused(survey: Survey, number: int, seed: int) -> None:
    with pytest.raises(CommandError, match="must be 1 or more"):
        simulate(number, seed)


def test_an_unknown_address_is_named() -> None:
    with pytest.raises(CommandError, match="no published survey at “nowhere”"):
        simulate(slug="nowhere")


def test_a_draft_takes_no_readers(survey: Survey) -> None:
    Survey.objects.update(status=Survey.Status.DRAFT)
    with pytest.raises(CommandError, match="no published survey"):
        simulate()


@pytest.mark.parametrize("opens_in", [timedelta(hours=1), None])
def test_a_survey_that_is_not_open_takes_no_readers(
    survey: Survey, opens_in: timedelta | None
) -> None:
    if opens_in:
        Survey.objects.update(opens_at=timezone.now() + opens_in)
    else:
        Survey.objects.update(opens_at=None, closes_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(CommandError, match="takes no answers now; 0 were added"):
        simulate()
    survey.refresh_from_db()
    assert not survey.simulated
    assert not Response.objects.exists()


def test_a_survey_that_closes_meanwhile_keeps_what_came_before(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A test's transaction has one time on PostgreSQL: closed by a date before it.
    def close_it(*args: object) -> None:
        Survey.objects.update(closes_at=timezone.now() - timedelta(hours=1))

    monkeypatch.setattr(services, "BATCH", 10)
    monkeypatch.setattr(services, "reset_queries", close_it)
    with pytest.raises(CommandError, match="takes no answers now; 10 were added"):
        simulate(25)
    assert tallies.respondents(survey.pk) == 10
    assert_tallies_equal_a_recount(survey)


def test_progress_is_few_plain_lines_where_nobody_watches(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 1)
    lines = simulate(40).splitlines()
    assert lines[0] == "4 of 40 readers"
    assert len(lines) == 10
    assert lines[-1] == f"40 simulated responses added to {SLUG} (--seed 1)."


def test_among_real_readers_it_wants_to_be_forced(survey: Survey) -> None:
    """In production, that is: a test runs without DEBUG."""
    simulate(3)
    simulate(3)  # among its own it doesn't ask
    Response.objects.filter(pk=Response.objects.earliest("pk").pk).update(channel="page")
    with pytest.raises(CommandError, match="--force"):
        simulate(3)
    call_command("simulate_readers", SLUG, responses=3, force=True, stdout=StringIO())
    assert Response.objects.count() == 9


def test_without_a_seed_the_command_says_which_it_took(survey: Survey) -> None:
    out = StringIO()
    call_command("simulate_readers", SLUG, responses=3, stdout=out)
    detail = survey.audit.get(action=AuditEvent.Action.SIMULATE).detail
    assert detail.removeprefix("--responses 3 ") in out.getvalue()
