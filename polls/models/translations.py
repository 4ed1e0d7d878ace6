"""The same article in other languages: which of them lead to each other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from .articles import Article
from .surveys import Survey


@dataclass(frozen=True)
class Translation:
    """The article in one language; `is_original`: it is a translation of none."""

    slug: str
    language: str
    is_original: bool


def translations_of(article: Article) -> tuple[Translation, ...]:
    """The article and its translations that readers can open, by language; one query.

    Empty where it leads to none: one that is alone, that isn't open to readers yet itself, or that
    is the second in its language, since two pages can't both be the French one.
    """
    root = _root(article)
    family = Q(pk=root, translation_of=None) | Q(translation_of=root)
    begun = Survey.objects.newest().begun().filter(article=OuterRef("pk"))
    found = Article.objects.filter(family, Exists(begun)).only("slug", "language", "translation_of")
    return translations_among(found).get(article.pk, ())


def translations_among(articles: Iterable[Article]) -> Mapping[int, tuple[Translation, ...]]:
    """For each article that leads to another one of them, its whole family; no query.

    Every member of a family gets the same: what one page says of another, the other says of it.
    """
    families: dict[int, dict[str, Article]] = defaultdict(dict)
    for article in sorted(articles, key=lambda one: (one.translation_of_id is not None, one.pk)):
        families[_root(article)].setdefault(article.language, article)
    found = {}
    for family in families.values():
        if len(family) > 1:
            members = sorted(family.values(), key=lambda one: one.language)
            told = tuple(_translation(member) for member in members)
            found.update({member.pk: told for member in members})
    return found


def _root(article: Article) -> int:
    return article.translation_of_id or article.pk


def _translation(article: Article) -> Translation:
    return Translation(article.slug, article.language, article.translation_of_id is None)
