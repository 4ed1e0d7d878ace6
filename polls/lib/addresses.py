"""Whole addresses, for what leaves this site: heads of pages, feeds, pictures, the sitemap, frames.

They are built from the settings and never from the Host header: a page is the same bytes for all,
and a cache would keep the one that a stranger had asked for under another name.
"""

from django.conf import settings
from django.urls import reverse


def public_origin() -> str:
    """Where readers' pages are published; with several such places, the first is the one."""
    return str(settings.PUBLIC_ORIGINS[0]).rstrip("/")


def public_address(path: str) -> str:
    """The whole address of a path of ours."""
    return public_origin() + path


def address_of(name: str, *args: object) -> str:
    """The same for the name of an address."""
    return public_address(reverse(name, args=args))
