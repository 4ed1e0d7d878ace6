from datetime import timedelta

import pytest
from django.db.models import Model
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import Article, Choice, Fact, ModerationRule, Question, Reply, Statement, Survey
from tests.factories import make_article, make_draft, make_reply, make_survey
from tests.reader import Reader


def html(reader: Reader, path: str) -> str:
    response = reader.get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_front_page_lists_what_is_open_and_then_what_was_closed(
    survey: Survey, reader: Reader
) -> None:
    day = timedelta(days=1)
    make_draft(make_article("brouillon", title="Encore un brouillon"))
    make_survey(make_article("demain", title="Demain"), opens_at=timezone.now() + day)
    closed = make_survey(make_article("clos", title="Déjà close"))
    Survey.objects.filter(pk=closed.pk).update(closes_at=timezone.now() - day)
    page = html(reader, "/")
    assert page.index("/articles/pont/") < page.index('id="past"') < page.index("/articles/clos/")
    assert "brouillon" not in page
    assert "demain" not in page


def test_the_front_page_names_a_translation_beside_its_original(
    survey: Survey, reader: Reader
) -> None:
    make_survey(make_article("bridge", language="en", translation_of=survey.article))
    page = html(reader, "/")
    assert page.count('class="teaser"') == 1
    assert '<a href="/articles/bridge/" lang="en" hreflang="en">English</a>' in page


def test_a_translation_stands_alone_where_its_original_is_not_listed(
    survey: Survey, reader: Reader
) -> None:
    original = make_draft(make_article("brouillon")).article
    make_survey(make_article("bridge", language="en", translation_of=original))
    assert html(reader, "/").count('class="teaser"') == 2


def test_the_front_page_lists_an_article_once_however_many_editions_are_open(
    survey: Survey, reader: Reader
) -> None:
    make_survey(survey.article, edition=2)
    assert html(reader, "/").count("/articles/pont/") == 1


def test_an_empty_front_page_says_so(db: None, reader: Reader) -> None:
    assert 'class="empty"' in html(reader, "/")


def test_the_article_has_its_statements_marked_where_they_stand(
    survey: Survey, reader: Reader
) -> None:
    page = html(reader, "/articles/pont/")
    assert '<mark id="passage-2">personne ne dit qui paiera</mark>' in page.replace("\n", " ")
    assert (
        page.index('id="statement-1"')
        < page.index('id="passage-2"')
        < page.index('id="statement-2"')
    )
    assert "«\u00a0Le pont sera gratuit\u00a0»" in page  # verbatim, and so between marks
    assert "«\u00a0Personne ne dit qui paiera" not in page  # reported, and so never
    assert "La maire" in page
    assert "Conseil municipal" in page
    assert "Le budget prévoit un péage." in page


def test_a_whole_block_statement_stands_once_as_its_quotation(
    survey: Survey, reader: Reader
) -> None:
    _head, main = html(reader, "/articles/pont/").split("<main")
    assert main.count("Le pont sera gratuit") == 1


def test_the_controls_of_a_statement_stand_in_the_text_and_belong_to_the_form(
    survey: Survey, reader: Reader
) -> None:
    page = html(reader, "/articles/pont/")
    control = page.index('name="item-s1-credible"')
    assert control < page.index('<form id="response-form"')
    assert page.count('form="response-form"') == 3 * 6  # three items of six choices
    assert 'name="item-s2-credible"' not in page  # a judgement is relevant or not


def test_the_question_stands_word_for_word(survey: Survey, reader: Reader) -> None:
    assert "Qu’en pensez-vous ?" in html(reader, "/articles/pont/")


def test_a_reply_that_is_taken_back_leaves_every_cache_within_a_minute(
    survey: Survey, reader: Reader
) -> None:
    reply = make_reply(survey)
    Reply.objects.filter(pk=reply.pk).update(status="published", decided_at=timezone.now())
    assert reader.get("/articles/pont/")["Cache-Control"] == "public, max-age=60"


def test_any_cache_may_keep_the_article(survey: Survey, reader: Reader) -> None:
    response = reader.get("/articles/pont/")
    assert response["Cache-Control"] == "public, max-age=60, stale-while-revalidate=60"
    assert not response.cookies
    assert "Vary" not in response
    again = reader.get("/articles/pont/", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert again["ETag"] == response["ETag"]


def test_the_tag_of_the_article_changes_with_its_content(survey: Survey, reader: Reader) -> None:
    before = reader.get("/articles/pont/")["ETag"]
    forget()
    assert reader.get("/articles/pont/")["ETag"] == before
    Article.objects.update(title="Le nouveau pont")
    forget()
    assert reader.get("/articles/pont/")["ETag"] != before


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Article, "standfirst"),
        (Statement, "speaker"),
        (Fact, "text"),
        (Question, "wording"),
        (Choice, "label"),
        (ModerationRule, "title"),
        (Survey, "question"),
    ],
)
def test_a_correction_reaches_the_page_once_the_process_asks_again(
    survey: Survey, reader: Reader, model: type[Model], column: str
) -> None:
    """Not by forgetting the page: by seeing that a row of it has changed."""
    html(reader, "/articles/pont/")
    model._default_manager.update(**{column: "Tout autre chose"})
    assert "Tout autre chose" not in html(reader, "/articles/pont/")
    forget()
    assert "Tout autre chose" in html(reader, "/articles/pont/")


def test_the_page_has_the_language_of_its_article_whatever_the_browser_asks(
    db: None, reader: Reader
) -> None:
    make_survey(make_article("bridge", language="en"))
    make_survey()
    for slug, language in (("bridge", "en"), ("pont", "fr")):
        page = reader.get(f"/articles/{slug}/", headers={"Accept-Language": "de, en;q=0.5"})
        assert f'<html lang="{language}">' in page.content.decode()
    assert "Send my answer" in html(reader, "/articles/bridge/")


def test_markup_in_an_article_is_shown_as_typed(db: None, reader: Reader) -> None:
    body = "<script>alert(1)</script>\n\n> Le pont sera gratuit\n\npersonne ne dit qui paiera"
    make_survey(make_article(body=body, title="<b>Pont</b>"))
    page = html(reader, "/articles/pont/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "&lt;b&gt;Pont" in page


def test_a_draft_and_an_unknown_article_are_the_same_404(db: None, reader: Reader) -> None:
    make_draft()
    draft, unknown = reader.get("/articles/pont/"), reader.get("/articles/rien/")
    assert draft.status_code == unknown.status_code == 404
    assert draft.content == unknown.content


def test_a_closed_survey_shows_the_article_without_its_form(survey: Survey, reader: Reader) -> None:
    Survey.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    page = html(reader, "/articles/pont/")
    assert "<form" not in page
    assert "/articles/pont/results/" in page


def test_a_survey_to_come_says_when_it_opens(survey: Survey, reader: Reader) -> None:
    Survey.objects.update(opens_at=timezone.now() + timedelta(days=2))
    assert "<form" not in html(reader, "/articles/pont/")


def test_the_address_means_the_newest_published_edition(survey: Survey, reader: Reader) -> None:
    make_survey(survey.article, edition=2, question="Et maintenant ?")
    make_draft(survey.article, edition=3, question="Pas encore.")
    page = html(reader, "/articles/pont/")
    assert "Et maintenant ?" in page
    assert "Pas encore." not in page


def test_a_second_look_within_seconds_asks_the_database_nothing(
    survey: Survey, reader: Reader, django_assert_num_queries: object
) -> None:
    reader.get("/articles/pont/")
    with django_assert_num_queries(0):  # type: ignore[operator]
        reader.get("/articles/pont/")


@pytest.mark.parametrize("turn", ["opens_at", "closes_at"])
def test_no_cache_keeps_the_article_beyond_its_opening_or_closing(db: None, turn: str) -> None:
    def kept(seconds: float) -> str:
        at = timezone.now() + timedelta(seconds=seconds)
        Survey.objects.update(**{turn: at})
        forget()
        return Reader().get("/articles/pont/").headers["Cache-Control"]

    make_survey()
    assert 10 < int(kept(20).removeprefix("public, max-age=")) <= 20
    assert kept(-1) == "public, max-age=0"
    assert kept(90) == "public, max-age=60"
    assert kept(300) == "public, max-age=60, stale-while-revalidate=60"
