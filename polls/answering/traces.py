"""Where a submission came from, as pseudonyms that the integrity rules compare.

No address is stored. A day's salt is random and lives in the database for two days: once it is
deleted, nobody can tell which address a pseudonym was made of, nor link two days of one reader.
(`manage.py flag_responses` deletes it too, where nobody answers any more.)
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from polls.lib.caching import kept_briefly
from polls.models import NetworkSalt

# Most specific first: Edge and Opera say that they are Chrome, and Chrome that it is Safari.
FAMILIES = ("Edg", "OPR", "SamsungBrowser", "Firefox", "FxiOS", "CriOS", "Chrome", "Safari")
INSIDE = [
    ip_network(inside)
    for inside in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1",
        "fc00::/7",
    )
]
LONGEST = 86_400  # seconds; who leaves a page open longer is not measured


@dataclass(frozen=True)
class Trace:
    """`network_key`: one line and browser family; `network_block`: its /24, or /48.

    `suspicion`: what was odd about the sending, as `Response.suspicion` keeps it.
    """

    network_key: str = ""
    network_block: str = ""
    seconds: int | None = None
    suspicion: str = ""


UNTRACED = Trace()


def trace(request: HttpRequest, survey_id: int) -> Trace:
    """What is kept of a submission's origin. An address that can't be told leaves no pseudonym."""
    seconds = _seconds(request.POST.get("seconds", ""))
    address = client_address(request)
    if address is None:
        return Trace(seconds=seconds)
    family = browser_family(request.headers.get("User-Agent", ""))
    salt = _salt(timezone.now().date())

    def pseudonym(value: str) -> str:
        return hmac.digest(salt, f"{survey_id}|{value}".encode(), sha256).hex()[:32]

    return Trace(pseudonym(f"{line(address)}|{family}"), pseudonym(block(address)), seconds)


def client_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """The rightmost hop that isn't one of TRUSTED_PROXIES: everything left of it may be invented.

    Without trusted proxies X-Forwarded-For says nothing. None where a hop that is no address ends
    the search: the proxy in front of it would stand for all of its readers.
    """
    if not settings.TRUSTED_PROXIES:
        alone = _address(request.META.get("REMOTE_ADDR", ""))
        # Nobody reads a newspaper from here: this is a proxy that isn't named.
        inside = alone is None or any(alone in network for network in INSIDE)
        return None if inside else alone
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if remote := request.META.get("REMOTE_ADDR", ""):  # a server on a unix socket names none
        hops.append(remote)
    found: IPv4Address | IPv6Address | None = None
    for hop in reversed(hops):
        found = _address(hop)
        if found is None:
            return None
        if not any(found in network for network in settings.TRUSTED_PROXIES):
            return found
    return found


def line(address: IPv4Address | IPv6Address) -> str:
    """What one subscriber has: an IPv4 address, or a /64, in which devices change address often.

    (A rented server may take any of the 2^64 addresses of its own for each answer.)
    """
    return str(address) if address.version == 4 else _network(address, 64)


def _address(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(hop.strip())
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def block(address: IPv4Address | IPv6Address) -> str:
    """The network around an address: a /24, or the /48 that IPv6 gives to one site."""
    return _network(address, 24 if address.version == 4 else 48)


def _network(address: IPv4Address | IPv6Address, bits: int) -> str:
    """The first bits of an address as a number, and how many. (`ip_network` costs five times as
    much, at each submission.)"""
    return f"{int(address) >> (address.max_prefixlen - bits):x}/{bits}"


def browser_family(agent: str) -> str:
    return next((family for family in FAMILIES if f"{family}/" in agent), "other")


def _seconds(value: str) -> int | None:
    if not re.fullmatch(r"[0-9]{1,6}", value):
        return None
    number = int(value)
    return number if number <= LONGEST else None


@kept_briefly
def _salt(day: date) -> bytes:
    """The salt of a day; the first submission of it makes it, and drops what is too old."""
    found = NetworkSalt.objects.filter(day=day).first()
    if found is None:
        NetworkSalt.objects.bulk_create(
            [NetworkSalt(day=day, salt=secrets.token_hex(32))], ignore_conflicts=True
        )
        drop_old_salts()
        found = NetworkSalt.objects.get(day=day)
    return bytes.fromhex(found.salt)


def drop_old_salts() -> None:
    """Keep today's and yesterday's, by UTC."""
    oldest = timezone.now().date() - timedelta(days=1)
    NetworkSalt.objects.filter(day__lt=oldest).delete()
