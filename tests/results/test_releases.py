"""A release is dated, numbered and never changed; a later one supersedes it."""

import json
import re
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from polls.answering.services import withdraw
from polls.lib.caching import forget
from polls.models import (
    AuditEvent,
    Blackout,
    Fact,
    Flag,
    FlagGroup,
    Release,
    Statement,
    Survey,
    read_edition,
)
from polls.results import documents
from polls.results.comparisons.crossing import cross
from polls.results.integrity import services as integrity
from polls.results.queries import Results, results
from polls.results.releases.frozen import Chosen, Frozen, freeze
from polls.results.releases.services import (
    ClaimsUnanswered,
    NothingToRelease,
    TooFewChanged,
    digest_of,
    frozen,
    publish_release,
)
from tests.factories import make_article, make_response, make_staff, make_survey
from tests.reader import Reader

PAGE = "/articles/pont/releases/1/"


def released(survey: Survey, **values: Any) -> Release:
    return publish_release(survey=survey, by=None, **({"title": "Ce que vous répondez"} | values))


def numbers(html: bytes) -> list[str]:
    return re.findall(r"<td>([^<]*)</td>", html.decode())


def test_figures_are_read_back_as_they_were_frozen(survey: Survey) -> None:
    for point in "11245":
        make_response(survey, answers={"credible": point, "s1-credible": point})
    edition = read_edition(survey)
    now = results(edition)
    assert documents.thaw(documents.freeze(now), Results) == now
    all_of_it = freeze(edition, Chosen((("credible", "relevant"),), trends=True))
    assert documents.thaw(documents.freeze(all_of_it), Frozen) == all_of_it


def test_a_release_of_the_first_version_can_still_be_read(survey: Survey) -> None:
    """A field that is added to a figure later needs a default: releases are never rewritten."""
    stored = json.loads((Path(__file__).parent / "reference/release-1.json").read_text("utf-8"))
    then = documents.thaw(stored, Frozen)
    assert then.results.respondents == 600
    assert then.crosses[0].rows_key == "age"
    assert then.scenario
    old = Release(
        survey=survey, number=1, title="Ancienne", figures=stored, digest="", at=timezone.now()
    )
    old.digest = digest_of(old)
    old.save()
    assert Reader().get(PAGE).status_code == 200
    assert Reader().get(f"{PAGE}figures.csv").status_code == 200


def test_a_release_keeps_its_figures_whatever_is_answered_later(survey: Survey) -> None:
    make_response(survey)
    release = released(survey, commentary="Une *remarque*.")
    before = Reader().get(PAGE)
    assert before.status_code == 200
    assert "<em>remarque</em>" in before.content.decode()
    for _ in range(4):
        make_response(survey, answers={"credible": "5"})
    Statement.objects.update(text="Autre chose")
    assert numbers(Reader().get(PAGE).content) == numbers(before.content)
    assert "Autre chose" not in Reader().get(PAGE).content.decode()
    assert frozen(release).results.respondents == 1


def test_a_later_release_supersedes_and_the_old_one_says_so(survey: Survey) -> None:
    make_response(survey)
    released(survey)
    assert "remplacée" not in Reader().get(PAGE).content.decode()
    released(survey, title="Ce que vous répondez, suite")
    old = Reader().get(PAGE).content.decode()
    assert 'class="notice superseded"' in old
    assert "/articles/pont/releases/2/" in old
    assert (
        'class="notice superseded"'
        not in Reader().get("/articles/pont/releases/2/").content.decode()
    )
    listed = Reader().get("/articles/pont/releases/").content.decode()
    assert listed.index("suite") < listed.index(">Ce que vous répondez<")


def test_one_that_was_tampered_with_is_not_shown(survey: Survey) -> None:
    make_response(survey)
    released(survey)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE polls_release SET title = 'Autre chose'")
    assert Reader().get(PAGE).status_code == 404


@pytest.mark.parametrize(("came", "went"), [(1, 0), (4, 0), (0, 1), (2, 2)])
def test_two_releases_never_tell_what_a_few_readers_answered(
    survey: Survey, came: int, went: int
) -> None:
    first = [make_response(survey) for _ in range(12)]
    released(survey)
    for _ in range(came):
        make_response(survey, answers={"credible": "5"})
    for response in first[:went]:
        withdraw(response=response)
    with pytest.raises(TooFewChanged):
        released(survey)
    for _ in range(5 - came - went):
        make_response(survey)
    assert released(survey).number == 2


def test_who_was_set_aside_in_the_place_of_another_is_not_told_by_two_releases(
    survey: Survey,
) -> None:
    """The same number is set aside before and after; the two it is of are not the same."""
    editor, now = make_staff("editor"), timezone.now()
    rows = [make_response(survey) for _ in range(20)]
    groups = []
    for row in rows[:2]:
        group = FlagGroup.objects.create(
            survey=survey, rule="burst", version=1, key=str(row.pk), score=9, threshold=4, size=1,
            first_at=now, last_at=now,
        )  # fmt: skip
        Flag.objects.create(group=group, response=row)
        groups.append(group)
    integrity.exclude(group=groups[0], by=editor, reason="Le même poste.")
    released(survey)
    integrity.include(group=FlagGroup.objects.get(pk=groups[0].pk), by=editor, reason="Non.")
    integrity.exclude(group=groups[1], by=editor, reason="Plutôt celle-ci.")
    with pytest.raises(TooFewChanged):
        released(survey)


def test_the_same_figures_may_be_released_again_with_other_words(survey: Survey) -> None:
    make_response(survey)
    released(survey)
    assert released(survey, commentary="Une précision.").number == 2


def test_everything_in_a_release_is_of_one_moment(survey: Survey) -> None:
    """What is crossed refreshes in steps elsewhere; here it must agree with the items."""
    for _ in range(10):
        make_response(survey, answers={"credible": "1", "relevant": "1"})
    cross(read_edition(survey), "credible", "relevant")
    for _ in range(4):
        make_response(survey, answers={"credible": "5", "relevant": "5"})
    then = frozen(released(survey, chosen=Chosen((("credible", "relevant"),))))
    assert then.crosses[0].total == then.results.respondents == 14


def test_a_statement_keeps_its_source_and_what_was_known(survey: Survey) -> None:
    make_response(survey)
    released(survey)
    Fact.objects.all().delete()
    page = Reader().get(PAGE).content.decode()
    assert "Le budget prévoit un péage." in page
    assert "Conseil municipal" in page


def test_the_article_leads_to_releases_but_not_in_a_blackout(db: None) -> None:
    survey = make_survey(results="staff")
    make_response(survey)
    article = "/articles/pont/"
    assert "/articles/pont/releases/" not in Reader().get(article).content.decode()
    released(survey)
    assert "/articles/pont/releases/" in Reader().get(article).content.decode()
    now = timezone.now()
    hour = timedelta(hours=1)
    Blackout.objects.create(survey=survey, starts_at=now - hour, ends_at=now + hour)
    forget()
    assert "/articles/pont/releases/" not in Reader().get(article).content.decode()


def test_a_second_edition_goes_on_counting(survey: Survey) -> None:
    make_response(survey)
    released(survey)
    second = make_survey(survey.article, edition=2)
    make_response(second)
    assert released(second).number == 2


def test_nobody_changes_or_deletes_a_release(survey: Survey) -> None:
    make_response(survey)
    release = released(survey)
    for attempt in (
        release.save,
        release.delete,
        Release.objects.all().delete,
        lambda: Release.objects.update(title="Autre"),
        lambda: Release.objects.filter(pk=release.pk)._raw_delete("default"),
        lambda: Release._base_manager.update(title="Autre"),
        lambda: Release.objects.bulk_create(
            [Release(survey=survey, number=1, title="Autre", figures={}, digest="")],
            update_conflicts=True,
            update_fields=["title"],
            unique_fields=["survey", "number"],
        ),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert Release.objects.get().title == "Ce que vous répondez"


def test_words_that_claim_more_must_be_answered_for_on_the_record(survey: Survey) -> None:
    make_response(survey)
    editor = make_staff("editor", name="ed")
    with pytest.raises(ClaimsUnanswered) as claimed:
        released(survey, title="Le verdict des lecteurs", commentary="Une majorité doute.")
    assert claimed.value.words == ("verdict", "majorité")
    assert not Release.objects.exists()
    publish_release(
        survey=survey, by=editor, title="Le verdict", claims_answer="Titre de la série."
    )
    event = AuditEvent.objects.filter(action="release").get()
    assert event.actor == editor
    assert "verdict: Titre de la série." in event.detail
    assert Release.objects.get().claims_answer == "Titre de la série."


def test_an_answer_to_nothing_is_not_kept(survey: Survey) -> None:
    make_response(survey)
    assert released(survey, claims_answer="Au cas où").claims_answer == ""


def test_nothing_is_released_before_there_are_enough_answers(db: None) -> None:
    survey = make_survey(results_from=3)
    make_response(survey)
    with pytest.raises(NothingToRelease):
        released(survey)
    for _ in range(2):
        make_response(survey)
    assert released(survey).number == 1


def test_without_any_answer_there_is_nothing_to_release(survey: Survey) -> None:
    with pytest.raises(NothingToRelease):
        released(survey)


def test_a_release_is_public_whatever_the_rule_for_live_figures(db: None) -> None:
    survey = make_survey(results="staff")
    make_response(survey)
    released(survey)
    assert Reader().get("/articles/pont/results/").status_code == 404
    assert Reader().get(PAGE).status_code == 200


DOORS = (
    PAGE,
    "/articles/pont/releases/",
    f"{PAGE}figures.csv",
    f"{PAGE}picture.png",
    "/api/v1/surveys/pont/releases/",
    "/api/v1/surveys/pont/releases/1.json",
    "/api/v1/surveys/pont/releases/1/frozen.json",
)


@pytest.mark.parametrize("door", DOORS)
def test_a_blackout_closes_every_door_to_it_and_no_tag_opens_one(survey: Survey, door: str) -> None:
    make_response(survey)
    released(survey)
    etag = Reader().get(door).headers["ETag"]
    now = timezone.now()
    Blackout.objects.create(
        survey=survey, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    forget()
    assert Reader().get(door, headers={"If-None-Match": etag}).status_code == 404
    Blackout.objects.update(ends_at=now - timedelta(minutes=1))
    forget()
    assert Reader().get(door, headers={"If-None-Match": etag}).status_code == 304


def test_a_release_of_another_article_is_not_found(survey: Survey) -> None:
    make_response(survey)
    released(survey)
    make_survey(make_article("autre"))
    assert Reader().get("/articles/autre/releases/1/").status_code == 404


def test_a_release_costs_the_same_number_of_queries_however_many_answered(
    survey: Survey, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        make_response(survey, "Un avis.")
    released(survey)
    Reader().get(PAGE)
    with django_assert_max_num_queries(2):
        Reader().get(PAGE)


def test_two_editors_at_once_get_two_numbers(committed: None) -> None:
    survey = make_survey()
    make_response(survey)
    start = Barrier(2)

    def publish() -> None:
        start.wait()
        released(survey)
        connection.close()

    threads = [Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Release.objects.values_list("number", flat=True)) == [1, 2]
