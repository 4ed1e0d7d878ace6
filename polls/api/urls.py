from django.urls import include, path, re_path

from polls.results.views import as_json

from . import feeds, views
from .doors import door

api = [
    path("", door(views.index), name="api"),
    path("openapi.json", door(views.openapi), name="api-openapi"),
    path("surveys/", door(views.surveys), name="api-surveys"),
    path("surveys/<slug:slug>/", door(views.survey), name="api-survey"),
    path("surveys/<slug:slug>/results.json", door(as_json), name="results-json"),
    path("surveys/<slug:slug>/opinions.json", door(views.published_opinions), name="api-opinions"),
    path("surveys/<slug:slug>/releases/", door(views.releases), name="api-releases"),
    path("surveys/<slug:slug>/releases/<int:number>.json", door(views.release), name="api-release"),
    path(
        "surveys/<slug:slug>/releases/<int:number>/frozen.json",
        door(views.frozen_release),
        name="api-frozen-release",
    ),
    re_path("", door(views.nothing)),  # whatever else there might be asked for, hence the last
]

urlpatterns = [
    path("articles/<slug:slug>/opinions.atom", feeds.opinions, name="opinions-feed"),
    path("api/v1/", include(api)),
]
