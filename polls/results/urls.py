from django.urls import path

from . import picture_views, views
from .releases import views as release_views

urlpatterns = [
    path("articles/<slug:slug>/results/", views.page, name="results"),
    path("articles/<slug:slug>/releases/", release_views.listing, name="releases"),
    path("articles/<slug:slug>/releases/<int:number>/", release_views.page, name="release"),
    path(
        "articles/<slug:slug>/releases/<int:number>/picture.png",
        picture_views.of_release,
        name="release-picture",
    ),
    path(
        "articles/<slug:slug>/results/picture.png", picture_views.of_results, name="results-picture"
    ),
    path(
        "articles/<slug:slug>/results/statements/<int:number>/picture.png",
        picture_views.of_statement,
        name="statement-picture",
    ),
]
