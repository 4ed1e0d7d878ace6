"""What readers ask of moderators: to look at a text again, to hear who is quoted."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
