from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PollsConfig(AppConfig):
    name = "polls"
    verbose_name = _("Readers’ opinions")

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers the system checks)
