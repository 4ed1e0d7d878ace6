from django.contrib import admin
from django.urls import include, path

from . import health
from .metrics import metrics

urlpatterns = [
    path("admin/", admin.site.urls),
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", metrics),
    path("", include("polls.urls")),
]

handler404 = "polls.answering.errors.not_found"
handler500 = "polls.answering.errors.server_error"
