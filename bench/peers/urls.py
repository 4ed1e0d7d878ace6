from django.urls import include, path

from .settings import APPS, PEER

urlpatterns = [path("surveys/", include(f"{APPS[PEER][0]}.urls"))]
