"""`manage.py demo`: everything to look at, made once, and never on a site in production."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.utils import timezone
from pytest_django import Settings

from polls.answering.simulation import fitting_rule
from polls.management.commands.demo import ROLES
from polls.models import Appeal, Article, ModerationEvent, Opinion, Response, Survey
from polls.results import tallies

SLUGS = {"stargate-musk": 400, "stargate-musk-en": 120}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _development(settings: Settings) -> None:
    settings.DEBUG = True


def demo(**options: object) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def printed_passwords(out: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) +(\S{16})$", out, re.MULTILINE))


def survey_at(slug: str) -> Survey:
    survey = Survey.objects.current(slug)
    assert survey is not None
    return survey


def test_it_fills_both_samples_and_says_so() -> None:
    out = demo()
    for slug, number in SLUGS.items():
        survey = survey_at(slug)
        assert survey.simulated
        assert tallies.respondents(survey.pk) == number
        assert f"/articles/{slug}/: {number} simulated readers added" in out
    call_command("rebuild_tallies", check=True, stdout=StringIO())


@pytest.mark.parametrize(
    ("required", "told"), [(True, "At the first sign-in"), (False, "My sign-in")]
)
def test_it_says_how_its_accounts_sign_in(settings: Settings, required: bool, told: str) -> None:
    settings.SECOND_FACTOR = required
    assert told in demo()


def test_the_two_samples_have_different_readers() -> None:
    demo()
    french, english = (
        list(Response.objects.filter(language=language).order_by("pk")[:20])
        for language in ("fr", "en")
    )
    assert [one.answers for one in french] != [one.answers for one in english]


def test_the_printed_passwords_open_an_account_for_each_role() -> None:
    out = demo()
    passwords = printed_passwords(out)
    assert "/admin/" in out
    assert tuple(passwords) == ROLES
    for name, password in passwords.items():
        user = authenticate(HttpRequest(), username=name, password=password)
        assert isinstance(user, User)
        assert (user.is_staff, user.is_superuser) == (True, False)
        assert [group.name for group in user.groups.all()] == [name]


def test_called_again_it_changes_nothing_and_prints_no_password() -> None:
    demo()
    before = (Response.objects.count(), Article.objects.count(), ModerationEvent.objects.count())
    hashes = set(User.objects.values_list("username", "password"))
    out = demo()
    after = (Response.objects.count(), Article.objects.count(), ModerationEvent.objects.count())
    assert after == before
    assert set(User.objects.values_list("username", "password")) == hashes
    assert printed_passwords(out) == {}
    assert "shown this once" not in out
    assert "manage.py changepassword moderator" in out
    assert out.count("has simulated readers, none added") == 2


def test_an_account_that_exists_is_left_alone() -> None:
    User.objects.create_user("editor", password="mine")
    out = demo()
    editor = User.objects.get(username="editor")
    assert editor.check_password("mine")
    assert not editor.is_staff
    assert set(printed_passwords(out)) == {"moderator", "administrator"}
    assert "manage.py changepassword editor" in out


def test_about_six_in_ten_of_the_texts_are_decided_by_the_moderator() -> None:
    demo()
    decisions = ModerationEvent.objects.filter(actor__isnull=False)
    waiting, events = Opinion.objects.filter(status="pending").count(), decisions.count()
    private = Opinion.objects.filter(status="pending", may_publish=False).count()
    assert 0.5 < events / (events + waiting - private) < 0.7
    assert set(decisions.values_list("actor__username", flat=True)) == {"moderator"}
    published, rejected = (
        Opinion.objects.filter(status=status).count() for status in ("published", "rejected")
    )
    assert published > 5 * rejected > 0


def test_what_breaks_a_rule_is_rejected_by_that_rule_and_nothing_else_is() -> None:
    demo()
    decisions = ModerationEvent.objects.filter(actor__isnull=False)
    for event in decisions.select_related("opinion__survey"):
        assert event.opinion
        assert event.rule_key == fitting_rule(event.opinion.text)
        if event.rule_key:
            assert event.action == ModerationEvent.Action.REJECT
            rule = event.opinion.survey.rules.get(key=event.rule_key)
            assert event.rule_title == rule.title
    assert not any(map(fitting_rule, Opinion.objects.published().values_list("text", flat=True)))


def test_a_real_readers_text_is_never_decided_on() -> None:
    call_command("load_sample", stdout=StringIO())
    survey = survey_at("stargate-musk")
    response = Response.objects.create(
        survey=survey, reader_key="r", receipt_hash="h", language="fr", consent_version=1
    )
    real = Opinion.objects.create(response=response, survey=survey, text="Non.", may_publish=True)
    demo()
    real.refresh_from_db()
    assert (real.status, real.version) == (Opinion.Status.PENDING, 1)


def test_a_closed_sample_is_left_alone_and_said_so() -> None:
    call_command("load_sample", stdout=StringIO())
    Survey.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    out = demo()
    assert "/articles/stargate-musk/: takes no answers now, no readers added" in out
    assert "/articles/stargate-musk-en/: 120 simulated readers added" in out


def test_a_draft_in_the_place_of_the_sample_is_left_alone() -> None:
    call_command("load_sample", stdout=StringIO())
    Survey.objects.update(status=Survey.Status.DRAFT)
    assert "/articles/stargate-musk/: not published, no readers added" in demo()


def test_a_site_in_production_refuses_and_nothing_is_made(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match=r"in production .*--force"):
        demo()
    assert not User.objects.exists()
    assert not Article.objects.exists()


def test_force_does_it_in_production_too(settings: Settings) -> None:
    settings.DEBUG = False
    assert set(printed_passwords(demo(force=True))) == set(ROLES)


def test_missing_groups_are_named() -> None:
    Group.objects.get(name="editor").delete()
    with pytest.raises(CommandError, match="missing: editor"):
        demo()
    assert not User.objects.exists()


def test_readers_have_written_to_the_newsroom_of_each_article() -> None:
    demo()
    for survey in Survey.objects.all():
        assert set(survey.notices.values_list("claim", "status")) == {
            ("rules", "open"), ("illegal", "open"),
        }  # fmt: skip
        assert survey.replies.get().status == "pending"
        assert Appeal.objects.get(opinion__survey=survey).status == "open"
