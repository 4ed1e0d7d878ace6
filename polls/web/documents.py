"""The article in the words of schema.org (JSON-LD), for programs that read pages.

A statement is a `Claim`, and never under a `ClaimReview`: that is a fact checker's verdict, and
what stands here is what readers who chose to answer think. For the same reason there is no rating
of anything: an `aggregateRating` of a person's words would be shown as stars beside them.
"""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from polls.lib.addresses import address_of
from polls.models import Article, Edition, Milestone, Statement

Node = dict[str, Any]


def article_document(edition: Edition) -> Node:
    """The article and its statements, in the language that is active (the article's)."""
    address = address_of("article", edition.article.slug)
    claims = [_claim(statement, address, edition.article) for statement in edition.statements]
    graph = [_article(edition, address), *claims]
    return {"@context": "https://schema.org", "@graph": graph}


def _article(edition: Edition, address: str) -> Node:
    article, survey = edition.article, edition.survey
    modified = max((correction.at for correction in edition.corrections), default=None)
    return _without_gaps(
        {
            "@type": "NewsArticle",
            "@id": _id(address),
            "url": address,
            "mainEntityOfPage": address,
            "headline": article.title,
            "description": article.standfirst,
            "inLanguage": article.language,
            "datePublished": str(article.published_on or timezone.localdate(survey.published_at)),
            "dateModified": timezone.localtime(modified).isoformat() if modified else "",
            "author": _author(article.author),
            "publisher": _publisher(),
            "citation": _work(article.source_name, article.source_url),
            "correction": [_correction(correction) for correction in edition.corrections],
            **_translations(edition),
        }
    )


def _id(address: str) -> str:
    """The name of the work, as opposed to its page."""
    return f"{address}#article"


def _author(name: str) -> Node:
    """A byline is free text. It is a person's name, unless it names the paper or its newsroom."""
    if not name:
        return {}
    house = (settings.SITE_NAME, settings.PUBLISHER_NAME, _("The newsroom"))
    is_house = name.casefold() in {each.casefold() for each in house}
    return {"@type": "Organization" if is_house else "Person", "name": name}


def _publisher() -> Node:
    name = settings.PUBLISHER_NAME or settings.SITE_NAME
    return {"@type": "Organization", "name": name, "url": address_of("home")}


def _work(name: str, address: str) -> Node:
    return _without_gaps({"@type": "CreativeWork", "name": name, "url": address}) if name else {}


def _correction(correction: Milestone) -> Node:
    published = timezone.localtime(correction.at).isoformat()
    return {"@type": "CorrectionComment", "text": correction.text, "datePublished": published}


def _translations(edition: Edition) -> dict[str, list[Node]]:
    """The original of a translation, or the translations of an original."""
    mine = edition.article.slug
    is_original = edition.article.translation_of_id is None
    others = [
        {
            "@type": "NewsArticle",
            "@id": _id(address_of("article", one.slug)),
            "inLanguage": one.language,
        }
        for one in edition.translations
        if one.slug != mine and (is_original or one.is_original)
    ]
    return {"workTranslation" if is_original else "translationOfWork": others}


def _claim(statement: Statement, address: str, article: Article) -> Node:
    """What was said, by whom, when and where; in the article it stands at its number."""
    place = f"{address}#statement-{statement.number}"
    original = {
        "@type": "Claim",
        "text": statement.original,
        "inLanguage": statement.original_language,
    }
    return _without_gaps(
        {
            "@type": "Claim",
            "@id": place,
            "url": place,
            "position": statement.number,
            "isPartOf": {"@id": _id(address)},
            "text": statement.text,
            "inLanguage": article.language,
            "translationOfWork": original if statement.original else {},
            "author": {"@type": "Person", "name": statement.speaker},
            "datePublished": str(statement.said_on or ""),
            "appearance": _work(statement.source_name, statement.source_url),
        }
    )


def _without_gaps(node: Node) -> Node:
    """Without what isn't known."""
    return {key: value for key, value in node.items() if value}
