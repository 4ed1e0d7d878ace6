"""An editor publishes a release from the survey's page."""

from django.test import Client

from polls.models import Release, Survey
from tests.factories import make_response, make_survey
from tests.reader import Reader


def path(survey: Survey) -> str:
    return f"/admin/polls/survey/{survey.pk}/release/"


def test_title_commentary_and_comparisons_become_a_public_page(
    survey: Survey, editor: Client
) -> None:
    for _ in range(12):
        make_response(survey)
    answer = editor.post(
        path(survey),
        {
            "title": "Ce que vous répondez", "commentary": "Une *remarque*.",
            "pairs": ["credible|relevant"],
        },
    )  # fmt: skip
    assert answer.status_code == 302
    page = Reader().get("/articles/pont/releases/1/").content.decode()
    assert "<em>remarque</em>" in page
    assert "Ce que vous répondez" in page
    assert 'id="cross-' in page or "cross" in page
    assert Release.objects.get().actor_name


def test_words_that_claim_more_come_back_with_everything_typed(
    survey: Survey, editor: Client
) -> None:
    make_response(survey)
    answer = editor.post(path(survey), {"title": "Notre sondage", "commentary": "Long texte."})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "sondage" in page
    assert "Long texte." in page
    assert not Release.objects.exists()
    fields = {"title": "Notre sondage", "claims_answer": "Nom de la rubrique."}
    assert editor.post(path(survey), fields).status_code == 302
    assert Release.objects.get().claims_answer == "Nom de la rubrique."


def test_an_invented_comparison_and_too_many_are_refused(survey: Survey, editor: Client) -> None:
    make_response(survey)
    for pairs in (["credible|opinion"], ["a|b"] * 7):
        answer = editor.post(path(survey), {"title": "Titre", "pairs": pairs})
        assert answer.status_code == 200
    assert not Release.objects.exists()


def test_too_few_answers_are_told_and_nothing_is_published(editor: Client) -> None:
    survey = make_survey(results_from=10)
    make_response(survey)
    assert editor.post(path(survey), {"title": "Titre"}).status_code == 200
    assert not Release.objects.exists()


def test_releases_are_listed_and_only_looked_at(survey: Survey, editor: Client) -> None:
    make_response(survey)
    editor.post(path(survey), {"title": "Titre"})
    release = Release.objects.get()
    assert "Titre" in editor.get("/admin/polls/release/").content.decode()
    page = f"/admin/polls/release/{release.pk}/change/"
    assert editor.get(page).status_code == 200
    assert editor.post(page, {"title": "Autre"}).status_code == 403
    assert editor.post(f"/admin/polls/release/{release.pk}/delete/").status_code == 403
