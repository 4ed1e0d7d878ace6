"""Where somebody signs in from: whole in the record of failures, shortened where it is shown."""

from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest
from django.utils.translation import gettext as _

from polls.lib.networks import client_address

UNKNOWN = "::"
SITE = 64  # bits of an IPv6 address that stay the same while its device takes new ones


def address(request: HttpRequest) -> str:
    """What failures are counted by: an IPv4 address or the beginning of a /64; never nothing.

    Without a reader's address (in the house's own network, at a development server) it is that of
    the connection: two rows without any would count as two places.
    """
    found = client_address(request) or _of_the_connection(request)
    if isinstance(found, IPv6Address):
        found = IPv6Address(int(found) >> SITE << SITE)
    return str(found)


def _of_the_connection(request: HttpRequest) -> object:
    try:
        return ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return UNKNOWN


def shortened(whole: str | None) -> str:
    """Enough of an address to know one's own network by; the rest is nobody's business."""
    if not whole or whole == UNKNOWN:
        return _("unknown")
    if ":" in whole:
        return ":".join(ip_address(whole).exploded.split(":")[:3]) + ":*"
    return whole.rpartition(".")[0] + ".*"
