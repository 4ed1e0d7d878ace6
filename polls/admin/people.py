"""Who is at work."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def member(request: HttpRequest) -> User:
    """The signed-in member of staff; the record wants a person."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
