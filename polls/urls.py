"""All addresses of the survey in one list: a reader would pay for each level of `include`."""

from .answering.urls import urlpatterns as answering
from .api.urls import urlpatterns as api
from .embeds.urls import urlpatterns as embeds
from .exports.urls import urlpatterns as exports
from .moderation.urls import urlpatterns as moderation
from .privacy.urls import urlpatterns as privacy
from .results.urls import urlpatterns as results
from .web.urls import urlpatterns as web

urlpatterns = [
    *answering,
    *moderation,
    *results,
    *embeds,
    *api,
    *exports,
    *privacy,
    *web,
]
