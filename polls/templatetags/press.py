"""Small words for the templates: the paper's name, numbers and readers' text."""

from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from polls.lib import languages, numbers
from polls.lib.names import language_name
from polls.lib.prose import paragraphs as paragraphs_of
from polls.results.pictures import tone_of
from polls.results.queries import ChoiceCount, ItemResult

register = template.Library()

register.filter("whole", numbers.whole)
register.filter("percent", numbers.percent)
register.filter("moment", numbers.moment)
register.filter("day", numbers.day, expects_localtime=True)
register.filter("language_name", language_name)


@register.simple_tag
@cache
def icon() -> str:
    """The icon within the page: a request less, of the three that a first view may take."""
    drawing = Path(str(finders.find("polls/icon.svg"))).read_text(encoding="utf-8").strip()
    return "data:image/svg+xml," + quote(drawing, safe="/:=")


@register.simple_tag
def site_name() -> str:
    return str(settings.SITE_NAME)


@register.filter
def paragraphs(text: str) -> SafeString:
    """A reader's text; `paragraphs_of` escapes all of it."""
    return mark_safe(paragraphs_of(text))  # noqa: S308


@register.filter
def quoted(text: str, language: str = "") -> SafeString:
    """Verbatim words between the quotation marks of their language."""
    opening, closing = languages.of(language or get_language()).quotes
    return format_html("{}{}{}", opening, text, closing)


@register.filter
def machine(moment: datetime) -> str:
    """A moment for `<time datetime>`, which knows no microseconds."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


@register.filter
def unlocalised(number: float) -> str:
    """A number for SVG, which knows no decimal comma."""
    return f"{number:.2f}"


@register.simple_tag
def tone(item: ItemResult, choice: ChoiceCount) -> str:
    """The colour class of a scale's point, as in the picture beside its table."""
    return tone_of(item.points.index(choice), len(item.points))
