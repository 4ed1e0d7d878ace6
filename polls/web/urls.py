from django.urls import path

from . import feed, files, legal, sitemap

urlpatterns = [
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("consultations.atom", feed.consultations_feed, name="consultations-feed"),
    path("legal/", legal.legal, name="legal"),
    path("robots.txt", files.robots, name="robots"),
    path("favicon.ico", files.favicon, name="favicon"),
    path(".well-known/security.txt", files.security, name="security"),
]
