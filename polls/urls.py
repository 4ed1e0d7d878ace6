from django.urls import include, path

urlpatterns = [
    path("", include("polls.answering.urls")),
    path("", include("polls.results.urls")),
]
