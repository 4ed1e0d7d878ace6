import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext, override, pgettext

from polls.models import (
    Appeal,
    ModerationEvent,
    ModerationNote,
    ModerationRule,
    Notice,
    Opinion,
    OpinionVersion,
    Survey,
)
from polls.moderation.queue import COUNTED
from tests.admin.conftest import signed_in
from tests.factories import make_article, make_opinion, make_survey

QUEUE = "/admin/polls/opinion/"
WORDS = "Le pont sera gratuit, dit la maire, et personne ne nous dit qui paiera l’entretien."


def page(client: Client, path: str = QUEUE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, *opinions: Opinion, **fields: Any) -> str:
    """Send a decision on the opinions as they stand; the page that follows."""
    texts = [f"{opinion.pk}:{opinion.version}" for opinion in opinions]
    response = client.post(f"{QUEUE}decide/", {"text": texts, **fields}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def undo_last(client: Client, shown: str) -> str:
    """Press the button that undoes the last decision, as it stands on the page."""
    key = re.search(r'name="undo" value="([^"]+)"', shown)
    assert key
    return client.post(f"{QUEUE}decide/", {"undo": key[1]}, follow=True).content.decode()


def rule(key: str = "privacy", language: str = "fr") -> ModerationRule:
    return ModerationRule.objects.get(language=language, key=key)


def states() -> list[str]:
    return list(Opinion.objects.order_by("pk").values_list("status", flat=True))


def warnings(shown: str) -> list[str]:
    return re.findall(r'<li class="warning">(.*?)</li>', shown, re.DOTALL)


def test_the_queue_shows_what_waits_oldest_first(survey: Survey, moderator: Client) -> None:
    make_opinion(survey, "Le premier."), make_opinion(survey, "Le second.")
    make_opinion(survey, "Entre nous.", may_publish=False)
    done = make_opinion(survey, "Déjà lu.")
    Opinion.objects.filter(pk=done.pk).update(status="published", decided_at=timezone.now())
    shown = page(moderator)
    assert shown.index("Le premier.") < shown.index("Le second.")
    assert "Entre nous." not in shown
    assert "Déjà lu." not in shown
    assert "Déjà lu." in page(moderator, f"{QUEUE}?state=published")
    assert "Entre nous." in page(moderator, f"{QUEUE}?state=private")


def test_what_is_reported_comes_first_with_why(survey: Survey, moderator: Client) -> None:
    make_opinion(survey, "Le premier.")
    reported = make_opinion(survey, "Le signalé.")
    Opinion.objects.filter(pk=reported.pk).update(lane=Opinion.Lane.URGENT)
    Notice.objects.create(
        opinion=reported,
        survey=survey,
        receipt_hash="hash",
        language="fr",
        claim="illegal",
        explanation="Une <injure> claire.",
        good_faith=True,
        due_at=timezone.now(),
    )
    shown = page(moderator)
    assert shown.index("Le signalé.") < shown.index("Le premier.")
    assert "Une &lt;injure&gt; claire." in shown
    assert "Le premier." not in page(moderator, f"{QUEUE}?state=reported")


def test_the_list_shows_texts_escaped_and_no_ratings(survey: Survey, moderator: Client) -> None:
    make_opinion(survey, "<script>alert(1)</script>")
    shown = page(moderator)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
    assert "crédible" not in shown


def test_signals_say_what_they_saw(survey: Survey, moderator: Client) -> None:
    opinion = make_opinion(survey, "Voir https://example.org/pub")
    Opinion.objects.filter(pk=opinion.pk).update(signals=" link ")
    assert "example.org" in page(moderator).split('class="signals"')[1].split("</ul>")[0]


def test_a_text_already_seen_links_to_the_others(survey: Survey, moderator: Client) -> None:
    opinions = [make_opinion(survey, WORDS + end) for end in ("", " Vraiment !", " Non ?")]
    first = page(moderator).split(f'id="o{opinions[0].pk}"')[1].split("</article>")[0]
    for other in opinions[1:]:
        assert f"/admin/polls/opinion/{other.pk}/change/" in first


@pytest.mark.parametrize(
    ("act", "status"), [("publish", "published"), ("hold", "held"), ("reject", "rejected")]
)
def test_one_press_decides(survey: Survey, moderator: Client, act: str, status: str) -> None:
    opinion = make_opinion(survey)
    assert f'name="text" value="{opinion.pk}:1"' in page(moderator)
    send(moderator, opinion, **({"rule": rule().pk} if act == "reject" else {"act": act}))
    assert states() == [status]


def test_a_rejection_names_a_rule_or_a_law_and_may_add_a_sentence(
    survey: Survey, moderator: Client
) -> None:
    first, second = make_opinion(survey), make_opinion(survey)
    law = rule("law-insult")
    shown = page(moderator)
    assert f'name="rule" value="{rule().pk}"' in shown
    assert f'name="rule" value="{law.pk}"' in shown
    assert f'value="{rule("law-insult", "en").pk}"' not in shown
    send(moderator, first, rule=rule().pk, reason="Une adresse.")
    send(moderator, second, rule=law.pk)
    newest, oldest = ModerationEvent.objects.all()
    assert (oldest.rule_key, oldest.reason) == ("privacy", "Une adresse.")
    assert (newest.rule_kind, newest.reason) == ("law", "")


def test_undo_brings_the_text_back_to_the_queue(survey: Survey, moderator: Client) -> None:
    opinion = make_opinion(survey, "À relire.")
    shown = send(moderator, opinion, act="publish")
    assert "À relire." not in shown
    shown = undo_last(moderator, shown)
    assert "À relire." in shown
    assert 'name="undo"' not in shown
    assert ModerationEvent.objects.count() == 2


def test_undo_takes_back_all_of_a_decision_in_bulk(survey: Survey, moderator: Client) -> None:
    opinions = [make_opinion(survey, f"Avis {n}") for n in range(3)]
    shown = send(moderator, *opinions, act="reject", rule=rule().pk)
    assert states() == ["rejected"] * 3
    undo_last(moderator, shown)
    assert states() == ["pending"] * 3


def test_undo_of_a_page_that_is_out_of_date_undoes_nothing(
    survey: Survey, moderator: Client
) -> None:
    first, second = make_opinion(survey), make_opinion(survey)
    old = send(moderator, first, act="publish")
    send(moderator, second, act="publish")
    assert warnings(undo_last(moderator, old))
    assert states() == ["published", "published"]


def test_an_older_decision_is_undone_from_the_list_of_what_was_decided(
    survey: Survey, moderator: Client
) -> None:
    opinion = make_opinion(survey)
    send(moderator, opinion, act="publish")
    opinion.refresh_from_db()
    shown = page(moderator, f"{QUEUE}?state=published")
    assert f'name="text" value="{opinion.pk}:2"' in shown
    send(moderator, opinion, act="undo")
    assert states() == ["pending"]


def test_many_are_decided_at_once_with_one_ground_and_one_sentence(
    survey: Survey, moderator: Client
) -> None:
    opinions = [make_opinion(survey, f"Avis {n}") for n in range(4)]
    send(moderator, *opinions[:2], act="publish", rule=rule().pk)
    send(moderator, *opinions[2:], act="reject", rule=rule().pk, reason="Ensemble.")
    assert states() == ["published", "published", "rejected", "rejected"]
    assert ModerationEvent.objects.filter(reason="Ensemble.").count() == 2


def test_a_decision_in_bulk_asks_as_many_queries_for_many_as_for_five(
    survey: Survey, moderator: Client, django_assert_max_num_queries: Any
) -> None:
    # SQLite takes no more than some hundred values in one statement.
    for size in (5, 500 if connection.vendor == "postgresql" else 50):
        opinions = [make_opinion(survey, f"Avis {n}") for n in range(size)]
        texts = [f"{opinion.pk}:1" for opinion in opinions]
        fields = {"text": texts, "act": "reject", "rule": rule().pk}
        with django_assert_max_num_queries(24):
            moderator.post(f"{QUEUE}decide/", fields)
        assert Opinion.objects.filter(status="rejected").count() >= size


def test_more_than_five_hundred_at_once_are_refused(survey: Survey, moderator: Client) -> None:
    opinion = make_opinion(survey)
    texts = [f"{n}:1" for n in range(opinion.pk, opinion.pk + 501)]
    moderator.post(f"{QUEUE}decide/", {"text": texts, "act": "publish"})
    assert states() == ["pending"]


def test_a_rejection_without_a_ground_decides_nothing(survey: Survey, moderator: Client) -> None:
    shown = send(moderator, make_opinion(survey), act="reject")
    assert 'class="error"' in shown
    assert states() == ["pending"]


def test_a_rejection_in_bulk_without_a_ground_keeps_the_ticks_and_the_sentence_once(
    survey: Survey, moderator: Client
) -> None:
    opinions = [make_opinion(survey, f"Avis {n}") for n in range(3)]
    shown = send(moderator, *opinions[:2], act="reject", reason="Une <seule> raison.")
    assert shown.count(" checked") == 2 + shown.count('id="keys" checked')
    assert ">Une &lt;seule&gt; raison.</textarea>" in shown
    assert '<details class="bulk-reject" open>' in shown
    again = page(moderator)
    assert "raison." not in again
    assert '<details class="bulk-reject">' in again


def test_who_leaves_a_text_published_is_told_so(survey: Survey, moderator: Client) -> None:
    moderator.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    left, published = make_opinion(survey), make_opinion(survey)
    Opinion.objects.filter(pk=left.pk).update(status="published", decided_at=None)
    shown = send(moderator, left, published, act="publish")
    (told,) = re.findall(r'<li class="success">(.*?)</li>', shown)
    assert "1 text published. 1 text left published." in told
    assert shown.count("1 text left published.") == 2  # above the page, to be undone, as well


def test_a_long_page_has_the_grounds_once_for_each_survey(
    survey: Survey, moderator: Client
) -> None:
    for text in ("Un avis.", "Un autre."):
        make_opinion(survey, text)
        make_opinion(make_survey(make_article(f"a-{len(text)}")), text)
    shown = page(moderator, f"{QUEUE}?size=200")
    assert shown.count("<template") == 3
    assert shown.count(f'name="rule" value="{rule().pk}"') == 3
    assert shown.count(f'data-grounds="grounds-{survey.pk}"') == 2
    assert "<template" not in page(moderator)


def test_beyond_a_thousand_texts_more_are_said_to_wait(
    survey: Survey, moderator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    moderator.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    monkeypatch.setattr("polls.admin.queue.pages.number_of", lambda filters: COUNTED + 1)
    make_opinion(survey)
    assert "More than 1,000 in all." in page(moderator)


def test_a_moderator_is_told_what_another_decided_meanwhile(survey: Survey) -> None:
    opinion = make_opinion(survey, "Disputé.")
    first, second = signed_in("moderator"), signed_in("moderator")
    send(first, opinion, rule=rule().pk)
    (warning,) = warnings(send(second, opinion, act="publish"))
    event = ModerationEvent.objects.get()
    assert event.action == "reject"
    assert f"/admin/polls/opinion/{opinion.pk}/change/" in warning
    assert event.actor_name in warning
    assert event.rule_title in warning
    assert "Disputé." not in warning  # messages travel in cookies


def test_of_many_that_others_decided_a_few_are_named_in_a_few_queries(
    survey: Survey, django_assert_max_num_queries: Any
) -> None:
    opinions = [make_opinion(survey, f"Avis {n}") for n in range(20)]
    first, second = signed_in("moderator"), signed_in("moderator")
    send(first, *opinions, act="publish")
    with django_assert_max_num_queries(30):
        told = warnings(send(second, *opinions, rule=rule().pk))
    assert len(told) == 6
    assert "15" in told[-1]


def test_who_would_decide_a_contested_text_is_sent_to_the_appeal(
    survey: Survey, moderator: Client
) -> None:
    opinion = make_opinion(survey)
    send(moderator, opinion, rule=rule().pk)
    opinion.refresh_from_db()
    Appeal.objects.create(opinion=opinion, decision=ModerationEvent.objects.get(), text="Non.")
    (warning,) = warnings(send(moderator, opinion, act="undo"))
    assert "/admin/polls/appeal/" in warning
    assert states() == ["rejected"]


@pytest.mark.parametrize("text", ["", "x", "1", "1:x", "999999:1", "1:1:1", "²:1", "9" * 5000])
def test_a_forged_decision_does_nothing(survey: Survey, moderator: Client, text: str) -> None:
    make_opinion(survey)
    for fields in ({"act": "publish"}, {"rule": rule().pk}, {"act": "undo"}, {"act": "erase"}):
        response = moderator.post(f"{QUEUE}decide/", {"text": text, **fields})
        assert response.status_code == 302
    assert not ModerationEvent.objects.exists()


def test_after_a_decision_one_is_back_in_the_list_as_it_was_filtered_at_the_next_text(
    survey: Survey, moderator: Client
) -> None:
    first, second = make_opinion(survey), make_opinion(survey)
    for sent, followed in (
        ("state=all&q=avis", "?state=all&q=avis"),
        ("evil=1&state=all", "?state=all"),
        ("//evil.example", ""),
        ("state=nothing\r\nX: y", ""),
    ):
        response = moderator.post(
            f"{QUEUE}decide/",
            {"text": f"{first.pk}:1", "act": "publish", "then": sent, "next": second.pk},
        )
        assert response["Location"] == f"{QUEUE}{followed}#o{second.pk}"


def test_one_text_a_screen_goes_on_to_the_next_by_itself_and_undo_comes_back(
    survey: Survey, moderator: Client
) -> None:
    for n in range(3):
        make_opinion(survey, f"Avis numéro {n}.")
    shown = page(moderator, f"{QUEUE}?mode=read")
    assert "Avis numéro 0." in shown
    assert "Avis numéro 1." not in shown
    hidden = dict(re.findall(r'name="(text|here|then)" value="([^"]*)"', shown))
    fields = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    answer = moderator.post(f"{QUEUE}decide/", fields | {"act": "hold"}, follow=True)
    following = answer.content.decode()
    assert "Avis numéro 1." in following
    assert "Avis numéro 0." in undo_last(moderator, following)


def test_pages_follow_each_other_to_the_last_text_and_back(
    survey: Survey, moderator: Client
) -> None:
    """All of one moment, which only their numbers tell apart."""
    for n in range(53):
        make_opinion(survey, f"Avis numéro {n}.")
    first = page(moderator)
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = page(moderator, QUEUE + following[1].replace("&amp;", "&"))
    assert re.findall(r"Avis numéro (\d+)", first) == [str(n) for n in range(50)]
    assert re.findall(r"Avis numéro (\d+)", second) == ["50", "51", "52"]
    assert 'rel="next"' not in second
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back
    again = page(moderator, QUEUE + back[1].replace("&amp;", "&"))
    assert re.findall(r"Avis numéro (\d+)", again) == [str(n) for n in range(50)]


@pytest.mark.parametrize("place", ["x", "a" * 300, "MnxmaXJzdA", "Mnww", "é", "%00", "MXwxfDE"])
def test_a_forged_place_is_the_beginning(survey: Survey, moderator: Client, place: str) -> None:
    make_opinion(survey, "Le premier.")
    for name in ("after", "before"):
        assert "Le premier." in page(moderator, f"{QUEUE}?{name}={place}")


def test_the_queue_is_searched_in_a_survey_and_by_number(survey: Survey, moderator: Client) -> None:
    other = make_survey(make_article("autre"))
    here, there = make_opinion(survey, "Le pont de Saint-Lô."), make_opinion(other, "Un pontage.")
    shown = page(moderator, f"{QUEUE}?q=pont")
    assert "Saint-Lô" in shown
    assert "pontage" in shown
    assert "pontage" not in page(moderator, f"{QUEUE}?q=pont&survey={survey.pk}")
    assert "Saint-Lô" not in page(moderator, f"{QUEUE}?q=p%25nt")  # a sign like another
    Opinion.objects.filter(pk=there.pk).update(status="rejected", decided_at=timezone.now())
    for term in (f"no. {there.pk}", f"n°{there.pk}", str(there.public_id)):
        assert "pontage" in page(moderator, f"{QUEUE}?q={term}")
    assert here.pk != there.pk


def test_a_search_of_two_letters_is_explained(survey: Survey, moderator: Client) -> None:
    make_opinion(survey, "Le pont.")
    shown = page(moderator, f"{QUEUE}?q=po")
    assert "Le pont." not in shown
    assert "trois" in shown or "three" in shown


def test_the_ratings_are_not_on_the_page_until_they_are_asked_for(
    survey: Survey, moderator: Client
) -> None:
    opinion = make_opinion(survey, answers={"credible": "1", "relevant": "5"})
    for path in (f"{QUEUE}?mode=read", f"{QUEUE}{opinion.pk}/change/"):
        assert "Pas du tout crédibles" not in page(moderator, path)
        asked = path + ("&" if "?" in path else "?") + "ratings=1"
        assert "Pas du tout crédibles" in page(moderator, asked)


def test_the_ratings_say_which_statement_they_are_of(survey: Survey, moderator: Client) -> None:
    moderator.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    asked = survey.questions.filter(statement__isnull=False).select_related("statement")
    answers = {question.key: question.choices.all()[0].key for question in asked}
    opinion = make_opinion(survey, answers=answers)
    shown = page(moderator, f"{QUEUE}{opinion.pk}/change/?ratings=1")
    statements = {question.statement for question in asked}
    assert len(statements) > 1
    for one in filter(None, statements):
        assert f"<h3>Statement {one.number}: {one.text[:20]}" in shown


def test_a_note_tells_colleagues_and_is_escaped(survey: Survey, moderator: Client) -> None:
    opinion = make_opinion(survey)
    moderator.post(f"{QUEUE}{opinion.pk}/note/", {"note": "Voir <b>la loi</b>.", "own": opinion.pk})
    note = ModerationNote.objects.get()
    assert note.author_name
    for path in (f"{QUEUE}{opinion.pk}/change/", f"{QUEUE}?mode=read"):
        shown = page(moderator, path)
        assert "Voir &lt;b&gt;la loi&lt;/b&gt;." in shown
        assert note.author_name in shown
    assert "#notes" in page(moderator)


def test_no_note_is_kept_of_a_text_that_is_gone(survey: Survey, moderator: Client) -> None:
    opinion = make_opinion(survey)
    Opinion.objects.filter(pk=opinion.pk).update(text="", status="withdrawn", may_publish=False)
    moderator.post(f"{QUEUE}{opinion.pk}/note/", {"note": "Le texte disait…"})
    moderator.post(f"{QUEUE}{opinion.pk}/note/", {"note": " "})
    assert not ModerationNote.objects.exists()


def test_a_texts_own_page_has_its_versions_and_decisions(survey: Survey, moderator: Client) -> None:
    opinion = make_opinion(survey, "La seconde version.")
    OpinionVersion.objects.create(
        opinion=opinion, version=1, text="La <première> version.", status="published"
    )
    send(moderator, opinion, rule=rule().pk, reason="Une adresse.")
    shown = page(moderator, f"{QUEUE}{opinion.pk}/change/")
    assert "La &lt;première&gt; version." in shown
    assert "Une adresse." in shown
    assert "La &lt;première" not in page(moderator, f"{QUEUE}?state=all")


def test_who_only_views_decides_nothing(survey: Survey) -> None:
    from django.contrib.auth.models import Permission

    opinion = make_opinion(survey, "À lire.")
    viewer = signed_in("editor")
    assert viewer.get(QUEUE).status_code == 403
    assert viewer.get(f"{QUEUE}{opinion.pk}/change/").status_code == 403
    user = viewer.get("/admin/").context["user"]
    user.user_permissions.add(Permission.objects.get(codename="view_opinion"))
    shown = page(viewer)
    assert "À lire." in shown
    assert 'name="act"' not in shown
    assert 'name="rule"' not in shown
    for path, fields in (
        ("decide/", {"text": f"{opinion.pk}:1", "act": "publish"}),
        ("decide/", {"undo": "x"}),
        (f"{opinion.pk}/note/", {"note": "x"}),
    ):
        assert viewer.post(QUEUE + path, fields).status_code == 403
    assert states() == ["pending"]


def test_nobody_adds_changes_or_deletes_an_opinion(survey: Survey, admin_client: Client) -> None:
    opinion = make_opinion(survey)
    assert admin_client.get(f"{QUEUE}add/").status_code == 403
    assert admin_client.get(f"{QUEUE}{opinion.pk}/delete/").status_code == 403
    assert admin_client.post(QUEUE, {"action": "delete_selected"}).status_code == 405
    changed = admin_client.post(f"{QUEUE}{opinion.pk}/change/", {"text": "Autre chose"})
    assert changed.status_code == 403
    opinion.refresh_from_db()
    assert opinion.text == "Un avis."
    assert admin_client.get(f"{QUEUE}999999/change/").status_code == 404
    assert admin_client.get(f"{QUEUE}x/change/").status_code == 404


@pytest.mark.parametrize("path", ["", "?state=all", "?mode=read", "?q=Avis"])
def test_the_queue_asks_as_many_queries_for_forty_texts_as_for_two(
    survey: Survey, moderator: Client, django_assert_max_num_queries: Any, path: str
) -> None:
    other = make_survey(make_article("autre"))
    for size in (2, 40):
        for n in range(size):
            make_opinion(survey if n % 2 else other, f"Avis {n}. {WORDS}")
        with django_assert_max_num_queries(20):
            page(moderator, QUEUE + path)


def test_the_moderators_document_calls_things_in_french_as_the_pages_do() -> None:
    document = (Path(__file__).parents[2] / "docs" / "moderators.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| (.+) \|$", document.partition("## In French")[2], re.M)[2:]
    assert rows
    with override("fr"):
        for english, french in rows:
            said = {gettext(english), gettext(english.lower()).capitalize()}
            said |= {pgettext(context, english) for context in ("moderators", "opinions")}
            assert french in {" ".join(words.split()) for words in said}, english
