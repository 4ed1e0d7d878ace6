"""What the admin only shows."""

from django.db import models
from django.http import HttpRequest

from .headed import Headed


class ReadOnlyAdmin(Headed):
    """Rows to look at: nobody adds, changes or deletes one here, whatever the permissions."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
