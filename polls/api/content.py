"""What the API says, as plain values: `schemas.py` is the same in the words of OpenAPI."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from polls.lib.addresses import address_of
from polls.models import (
    Edition,
    Fact,
    Item,
    ModerationRule,
    PublishedReply,
    Questionnaire,
    Release,
    Statement,
    Survey,
)
from polls.results.documents import freeze
from polls.results.identity_wording import notice_in
from polls.results.queries import OpinionPage, Results

Content = dict[str, Any]


def time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def links(slug: str) -> Content:
    """Every address of a consultation; some are a 404 while its figures may not be seen."""
    pages = {"article": "article", "page": "results", "feed": "opinions-feed", "csv": "figures-csv"}
    api = {
        "self": "api-survey",
        "results": "results-json",
        "opinions": "api-opinions",
        "releases": "api-releases",
    }
    return {key: address_of(name, slug) for key, name in (api | pages).items()}


def pages(address: str, number: int, *, has_next: bool) -> Content:
    """Where a paged list goes on."""
    return {
        "page": number,
        "previous": f"{address}?page={number - 1}" if number > 1 else None,
        "next": f"{address}?page={number + 1}" if has_next else None,
    }


def entry(survey: Survey) -> Content:
    """One consultation in the list."""
    # Its phase needs nothing of the questions, which are not read for a list.
    edition = Edition(survey, survey.article, (), Questionnaire(()), ())
    return _head(edition) | {"links": links(survey.article.slug)}


def _head(edition: Edition) -> Content:
    survey, article = edition.survey, edition.article
    return {
        "survey": article.slug,
        "edition": survey.edition,
        "language": article.language,
        "title": article.title,
        "question": survey.question,
        "phase": edition.phase(),
        "opens": time(survey.opens_at or survey.published_at),
        "closes": time(survey.closes_at),
    }


def definition(edition: Edition, *, public: bool) -> Content:
    """What was asked, of whom and by which rules; no count. `public`: results are, to anybody."""
    survey, slug = edition.survey, edition.article.slug
    article = address_of("article", slug)
    return _head(edition) | {
        "representative": False,
        "notice": notice_in(edition.article.language),
        "reached": survey.reached,
        "moderation": survey.moderation,
        "rules": [_rule(rule) for rule in edition.rules],
        "results": {"rule": survey.results, "from": survey.results_from, "public": public},
        "statements": [
            _statement(each, edition.replies_to.get(each.number, ()), article)
            for each in edition.statements
        ],
        "items": [_item(item) for item in edition.questionnaire.items],
        "links": links(slug),
    }


def _rule(rule: ModerationRule) -> Content:
    return {"key": rule.key, "title": rule.title, "text": rule.text}


def _statement(statement: Statement, replies: Sequence[PublishedReply], article: str) -> Content:
    return {
        "number": statement.number,
        "text": statement.text,
        "form": statement.form,
        "kind": statement.kind,
        "speaker": statement.speaker,
        "said_on": statement.said_on.isoformat() if statement.said_on else None,
        **_source(statement),
        "original": statement.original or None,
        "original_language": statement.original_language or None,
        "facts": [{"text": fact.text, **_source(fact)} for fact in statement.facts.all()],
        "replies": [_reply(reply) for reply in replies],
        "link": f"{article}#statement-{statement.number}",
    }


def _reply(reply: PublishedReply) -> Content:
    return {
        "name": reply.name,
        "capacity": reply.capacity,
        "text": reply.text,
        "published": time(reply.published_at),
    }


def _source(known: Statement | Fact) -> Content:
    return {"source": known.source_name, "source_link": known.source_url or None}


def _item(item: Item) -> Content:
    return {
        "key": item.key,
        "kind": item.kind,
        "wording": item.wording,
        "hint": item.hint,
        "required": item.required,
        "statement": item.statement,
        "aspect": item.aspect or None,
        "profile": item.profile,
        "choices": freeze(item.options),
    }


def opinions(figures: Results, found: OpinionPage, address: str) -> Content:
    """A page of published texts with the card of the figures that they stand beside."""
    return {
        "survey": figures.slug,
        "edition": figures.edition,
        "language": figures.language,
        "representative": False,
        "simulated": figures.simulated,
        "notice": notice_in(figures.language),
        "identity": freeze(figures.identity),
        "opinions": [
            {**freeze(each), "report": address_of("notice", each.id)} for each in found.opinions
        ],
        **pages(address, found.number, has_next=found.has_next),
    }


def releases(edition: Edition, found: Sequence[Release]) -> Content:
    """The list of releases, newest first, of all editions at an article's address."""
    newest: dict[int, int] = {}
    for release in found:
        newest.setdefault(release.survey_id, release.number)
    return {
        "survey": edition.article.slug,
        "language": edition.article.language,
        "representative": False,
        "notice": notice_in(edition.article.language),
        "releases": [
            _release(release, newest[release.survey_id], edition.article.slug) for release in found
        ],
    }


def _release(release: Release, newest: int, slug: str) -> Content:
    def address(name: str) -> str:
        return address_of(name, slug, release.number)

    return {
        "number": release.number,
        "title": release.title,
        "published": release.at.isoformat(),
        "digest": release.digest,
        "superseded_by": newest if newest != release.number else None,
        "links": {"self": address("api-release"), "page": address("release")},
    }
