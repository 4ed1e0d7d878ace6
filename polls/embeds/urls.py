from django.urls import path

from . import oembed, views

urlpatterns = [
    path("embed/<slug:slug>/", views.page, name="embed"),
    path("embed/<slug:slug>/responses/", views.responses, name="embed-responses"),
    path("embed/<slug:slug>/results/", views.results_alone, name="embed-results"),
    path("embed/<slug:slug>/statements/<int:number>/", views.statement, name="embed-statement"),
    path("embed.js", views.loader, name="embed-loader"),
    path("oembed", oembed.oembed, name="oembed"),
]
