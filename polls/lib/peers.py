"""The machine that speaks to this server: a proxy mostly, and no reader that any log names."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest


def peer_is_in(request: HttpRequest, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    """Whether it is in one of the networks. A server on a unix socket names none."""
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(peer, IPv6Address):
        peer = peer.ipv4_mapped or peer
    return any(peer in network for network in networks)
