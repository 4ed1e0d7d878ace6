from django.urls import path

from . import views

urlpatterns = [
    path("articles/<slug:slug>/results/", views.page, name="results"),
    path("api/v1/surveys/<slug:slug>/results.json", views.as_json, name="results-json"),
]
