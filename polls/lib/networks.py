"""Which network a request came from. Nothing here is stored; what is, `answering.traces` says."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

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


def block(address: IPv4Address | IPv6Address) -> str:
    """The network around an address: a /24, or the /48 that IPv6 gives to one site."""
    return _network(address, 24 if address.version == 4 else 48)


def browser_family(agent: str) -> str:
    return next((family for family in FAMILIES if f"{family}/" in agent), "other")


def _address(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(hop.strip())
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _network(address: IPv4Address | IPv6Address, bits: int) -> str:
    """The first bits of an address as a number, and how many. (`ip_network` costs five times as
    much, at each submission.)"""
    return f"{int(address) >> (address.max_prefixlen - bits):x}/{bits}"
