"""The site as in production, compressed as the proxy in front of it does."""

from surveysite.settings import *  # noqa: F403
from surveysite.settings import MIDDLEWARE

MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]
