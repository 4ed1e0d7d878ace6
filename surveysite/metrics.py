"""`/metrics`, for Prometheus and for nobody else."""

import os

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from prometheus_client import CollectorRegistry
from prometheus_client.django.exposition import PrometheusDjangoView
from prometheus_client.multiprocess import MultiProcessCollector

from polls.lib.metrics import COUNTERS
from polls.lib.peers import peer_is_in

from .gauges import Gauges

# With one of these it came through the door that is open to the world.
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")


def _registry() -> CollectorRegistry:
    found = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(found)  # type: ignore[no-untyped-call]
    else:
        found.register(COUNTERS)
    found.register(Gauges())
    return found


_told = PrometheusDjangoView.as_view(registry=_registry())


@never_cache
def metrics(request: HttpRequest) -> HttpResponseBase:
    """To a machine of METRICS_FROM that asks this server itself; to all others it isn't there."""
    forwarded = any(name in request.headers for name in FORWARDED)
    if forwarded or not peer_is_in(request, settings.METRICS_FROM):
        raise Http404
    return _told(request)
