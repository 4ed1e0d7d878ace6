"""Filters that several lists share."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from polls.lib.numbers import day
from polls.models import Article


class ArticleFilter(admin.RelatedOnlyFieldListFilter):
    """By article, of those that the list knows; of the same title, by date and address."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Any]]:
        known = model_admin.get_queryset(request).order_by().values(f"{self.field_path}__pk")
        articles = Article.objects.filter(pk__in=known).order_by("title", "-published_on", "pk")
        rows = list(articles.only("title", "slug", "published_on"))
        titles = Counter(article.title for article in rows)
        return [(str(article.pk), _told(article, titles[article.title] > 1)) for article in rows]


def _told(article: Article, is_one_of_several: bool) -> str:
    if not is_one_of_several:
        return article.title
    published = [day(article.published_on)] if article.published_on else []
    return " · ".join([article.title, *published, article.slug])
