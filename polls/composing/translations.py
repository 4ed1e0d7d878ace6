"""The same article in several languages: an original, and its translations, one of each."""

from django.db.models import Q

from polls.models import Article


def original_of(article: Article) -> Article:
    """A translation of a translation is one of its original: there is no chain."""
    return article.translation_of or article


def taken_languages(original: Article, *, but: Article | None = None) -> set[str]:
    """The languages in which the original and its translations are, without one of them."""
    family = Article.objects.filter(Q(pk=original.pk) | Q(translation_of=original.pk))
    if but is not None:
        family = family.exclude(pk=but.pk)
    return set(family.values_list("language", flat=True))
