"""The application that a WSGI server runs (`surveysite.wsgi:application`)."""

import os

from django.core.wsgi import get_wsgi_application

from polls.lib.microcache import Microcache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "surveysite.settings")

application = Microcache(get_wsgi_application())
