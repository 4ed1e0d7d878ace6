"""Plain functions that make what a test needs, through the services that make it in reality."""

import secrets
from datetime import date
from typing import Any

from django.contrib.auth.models import Group, User

from polls.answering.keys import identify
from polls.answering.services import submit
from polls.answering.submission import Submission
from polls.composing.scales import add_standard_items
from polls.composing.services import add_usual_rules, publish
from polls.lib.codes import hashed, new_code
from polls.models import (
    Appeal,
    Article,
    Choice,
    Fact,
    ModerationEvent,
    Opinion,
    Question,
    Reply,
    Response,
    Statement,
    Survey,
)
from polls.moderation.appeals import contest
from polls.moderation.replies.services import Demand
from polls.moderation.replies.services import ask as ask_reply
from polls.moderation.services import decide

BODY = """La ville a présenté son budget mardi.

> Le pont sera gratuit

L’opposition n’en croit rien : selon elle, l’entretien coûtera dix millions par an, et personne
ne dit qui paiera.
"""


def make_article(slug: str = "pont", language: str = "fr", **values: Any) -> Article:
    """An article with a verbatim claim that is a whole block, and a reported judgement in one."""
    defaults = {
        "title": "Le pont",
        "body": BODY,
        "published_on": date(2025, 1, 23),
        "standfirst": "Un pont, deux avis.",
    }
    article = Article.objects.create(slug=slug, language=language, **(defaults | values))
    first = Statement.objects.create(
        article=article,
        number=1,
        text="Le pont sera gratuit",
        form="verbatim",
        kind="claim",
        speaker="La maire",
        said_on=date(2025, 1, 21),
        source_name="Conseil municipal",
    )
    Fact.objects.create(statement=first, text="Le budget prévoit un péage.", source_name="Budget")
    Statement.objects.create(
        article=article,
        number=2,
        text="Personne ne dit qui paiera.",
        form="reported",
        kind="judgement",
        speaker="L’opposition",
        source_name="Séance publique",
        exact="personne ne dit qui paiera",
    )
    return article


def make_draft(article: Article | None = None, *, items: bool = True, **values: Any) -> Survey:
    """A draft with the standard items: two on the whole, three on statements, one text."""
    defaults = {"question": "Qu’en pensez-vous ?", "results": "always", "results_from": 1}
    survey = Survey.objects.create(article=article or make_article(), **(defaults | values))
    add_usual_rules(survey)
    if items:
        add_standard_items(survey)
    return survey


def make_survey(article: Article | None = None, **values: Any) -> Survey:
    return publish(survey=make_draft(article, **values))


def make_question(
    survey: Survey, key: str, kind: str, choices: str = "", **values: Any
) -> Question:
    """A question with a choice for each word of `choices`."""
    question = Question.objects.create(
        survey=survey, key=key, kind=kind, wording=f"Question {key}", position=500, **values
    )
    for position, word in enumerate(choices.split()):
        Choice.objects.create(question=question, key=word, label=word.title(), position=position)
    return question


def make_response(survey: Survey, text: str = "", **values: Any) -> Response:
    """A response stored by the service, tallies included."""
    answers = values.pop("answers", {"credible": "2", "relevant": "4"})
    consents = {"may_publish": bool(text), "show_ratings": False}
    given = {name: values.pop(name, default) for name, default in consents.items()}
    identity = values.pop("identity", None) or identify(survey.pk)
    submit(survey=survey, submission=Submission(answers, text, **given), identity=identity)
    return Response.objects.get(receipt_hash=identity.receipt_hash)


def make_opinion(survey: Survey, text: str = "Un avis.", **values: Any) -> Opinion:
    return Opinion.objects.get(response=make_response(survey, text, **values))


def make_reply(
    survey: Survey, text: str = "Ce n’est pas ce que j’ai dit.", number: int = 1, **values: Any
) -> Reply:
    """A right of reply to a statement of the survey's article, asked for by the service."""
    known = {"capacity": "person", "name": "La maire", "contact": "maire@example.org"}
    return ask_reply(
        survey=survey,
        statement=Statement.objects.get(article=survey.article, number=number),
        demand=Demand(text=text, **known | values),
        receipt_hash=hashed(new_code()),
    )


def make_staff(*groups: str, name: str = "") -> User:
    """A member of staff in the groups that the first migrations make."""
    user = User.objects.create_user(
        name or f"{'-'.join(groups)}-{secrets.token_hex(4)}", password="secret", is_staff=True
    )
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_rejected(survey: Survey, by: User | None = None, **values: Any) -> Opinion:
    """An opinion that a moderator rejected by a rule of the survey."""
    opinion = make_opinion(survey, **values)
    decide(
        versions={opinion.pk: opinion.version},
        action=ModerationEvent.Action.REJECT,
        moderator=by or make_staff("moderator"),
        rule=survey.rules.get(key="privacy"),
    )
    opinion.refresh_from_db()
    return opinion


def make_appeal(
    survey: Survey, by: User | None = None, words: str = "Il n’y a pas d’adresse."
) -> Appeal:
    """The appeal of the author of a text that `by` rejected."""
    return contest(opinion=make_rejected(survey, by), text=words)
