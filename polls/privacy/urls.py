from django.urls import path

from . import views

urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("articles/<slug:slug>/privacy/", views.of_article, name="article-privacy"),
]
