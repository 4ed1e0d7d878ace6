"""What a page's head says to programs: addresses, languages, the article in schema.org's words."""

import json
from collections.abc import Sequence

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override, pgettext

from polls.lib.addresses import public_address
from polls.models import Edition, Translation
from polls.web import alternates
from polls.web.documents import article_document

register = template.Library()

register.filter("public", public_address)

# Open Graph wants a country with the language; where none is known it is left out, not guessed.
LOCALES = {"fr": "fr_FR", "en": "en_GB"}


@register.simple_tag
def og_locale() -> str:
    return LOCALES.get(get_language() or "", "")


@register.simple_tag
def site_path(page: str, *args: object) -> str:
    """The path of a page about the site in the active language."""
    return alternates.site_path(page, get_language() or "", *args)


@register.simple_tag
def numbered(path: str, number: int) -> str:
    """The path of one page of a list. The first page is the list itself, and another one isn't:
    by RFC 6596 it names itself as canonical, never the first, which hasn't the same texts."""
    return path if number <= 1 else f"{path}?page={number}"


@register.simple_tag
def hreflang(page: str, translations: Sequence[Translation]) -> SafeString:
    """Links for a head, to the page of that name in the languages of a family, itself included."""
    return _links(alternates.of_translations(page, translations))


@register.simple_tag
def site_hreflang(page: str, *args: object) -> SafeString:
    """The same for a page about the site."""
    return _links(alternates.of_site_page(page, *args))


def _links(found: Sequence[alternates.Alternate]) -> SafeString:
    link = '<link rel="alternate" hreflang="{}" href="{}">'
    return format_html_join("\n", link, ((one.language, one.address) for one in found))


@register.filter
def invitation(language: str) -> str:
    """How a link in that very language invites to read on in it."""
    with override(language):
        # Translators: name the language that you translate into, as in “Lire en français”.
        return pgettext("said in the language itself", "Read in English")


@register.filter
def is_mail(contact: str) -> bool:
    """Whether it is an e-mail address, as opposed to words or a page."""
    return "@" in contact and " " not in contact


@register.simple_tag
def news_article(edition: Edition) -> SafeString:
    """The article for programs. No browser runs it, whatever the policy for scripts is; a title
    can't end it, since no “<” is left in it."""
    document = json.dumps(article_document(edition), ensure_ascii=False, separators=(",", ":"))
    safe = document.replace("<", "\\u003c")
    return mark_safe(f'<script type="application/ld+json">{safe}</script>')  # noqa: S308
