"""Which address is the same page in another language, as heads and the sitemap say it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from polls.lib.addresses import address_of, public_address
from polls.models import Translation

DEFAULT = "x-default"  # for who reads none of the languages


@dataclass(frozen=True)
class Alternate:
    """A value of hreflang, and the whole address."""

    language: str
    address: str


def of_translations(page: str, translations: Sequence[Translation]) -> list[Alternate]:
    """The page of that name for each article of a family, this one among them; the original is
    what others get, or where it isn't shown the first."""
    if not translations:
        return []
    original = next((one for one in translations if one.is_original), translations[0])
    pairs = [(one.language, one.slug) for one in translations] + [(DEFAULT, original.slug)]
    return [Alternate(language, address_of(page, slug)) for language, slug in pairs]


def site_path(page: str, language: str, *args: object) -> str:
    """The path of a page about the site in a language: without `?lang=` in the site's own."""
    tail = "" if language == settings.LANGUAGE_CODE else f"?lang={language}"
    return reverse(page, args=args) + tail


def of_site_page(page: str, *args: object) -> list[Alternate]:
    """A page about the site, which there is in every language."""
    pairs = [(code, code) for code, _name in settings.LANGUAGES]
    pairs.append((DEFAULT, settings.LANGUAGE_CODE))
    return [
        Alternate(hreflang, public_address(site_path(page, language, *args)))
        for hreflang, language in pairs
    ]
