from django.urls import include, path

urlpatterns = [
    path("", include("polls.answering.urls")),
    path("", include("polls.moderation.urls")),
    path("", include("polls.results.urls")),
    path("", include("polls.embeds.urls")),
    path("", include("polls.api.urls")),
    path("", include("polls.exports.urls")),
    path("", include("polls.privacy.urls")),
    path("", include("polls.web.urls")),
]
