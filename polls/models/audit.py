"""What was done, by whom and why: written once, never changed."""

from collections.abc import Iterable
from typing import Any, Never, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .surveys import Survey

M = TypeVar("M", bound=models.Model)


class AppendOnlyQuerySet(models.QuerySet[M]):
    """A query set that reads and inserts, and refuses the rest."""

    def _refuse(self, *args: object, **kwargs: object) -> Never:
        raise PermissionDenied("The record is append-only.")

    bulk_update = delete = update_or_create = _update = _raw_delete = _refuse

    def bulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> list[M]:
        """Inserts; what would overwrite a row that is there is refused."""
        if update_conflicts:
            self._refuse()
        return super().bulk_create(objs, batch_size, ignore_conflicts, False, *args, **kwargs)

    def update(self, **values: Any) -> int:
        """Refused, but for what a deleted draft leaves: its events, without it (SET_NULL).

        As it does one that was taken down and that nobody had answered.
        """
        kept = Q(survey__status="published") | Q(survey__responses__isnull=False)
        if values != {"survey": None} or self.filter(kept).exists():
            self._refuse()
        return super().update(**values)


class AppendOnly(models.Model):
    """An event with its actor. The name is kept as it was; the account stays (PROTECT)."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    actor_name = models.CharField(_("name at the time"), max_length=150, blank=True)
    at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        abstract = True
        default_permissions = ("view",)
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PermissionDenied("The record is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> Never:
        raise PermissionDenied("The record is append-only.")


class AuditEvent(AppendOnly):
    """What staff did to a survey: imported, published, closed, exported.

    A survey that is deleted leaves its events behind, with its name as it was.
    """

    class Action(models.TextChoices):
        IMPORT = "import", pgettext_lazy("act", "import")
        PUBLISH = "publish", pgettext_lazy("act", "publication")
        CHANGE = "change", pgettext_lazy("act", "change")
        CLOSE = "close", pgettext_lazy("act", "closing")
        UNPUBLISH = "unpublish", pgettext_lazy("act", "taking down")
        EDITION = "edition", pgettext_lazy("act", "new edition")
        EXPORT = "export", pgettext_lazy("act", "export")
        SIMULATE = "simulate", _("simulated readers added")
        EXCLUDE = "exclude", pgettext_lazy("act", "set aside")
        INCLUDE = "include", pgettext_lazy("act", "taken back in")
        KEEP = "keep", pgettext_lazy("act", "left counted")
        RELEASE = "release", pgettext_lazy("act", "release")
        BLACKOUT = "blackout", pgettext_lazy("act", "blackout")
        ERASE = "erase", pgettext_lazy("act", "erased after its time")
        RECOUNTED = "recounted", pgettext_lazy("act", "tallies equal to a recount")
        MISCOUNTED = "miscounted", pgettext_lazy("act", "tallies differ from a recount")

    survey = models.ForeignKey(
        Survey,
        on_delete=models.SET_NULL,
        null=True,
        related_name="audit",
        verbose_name=_("survey"),
    )
    survey_name = models.CharField(_("survey at the time"), max_length=220, blank=True)
    action = models.CharField(_("what"), max_length=10, choices=Action)
    detail = models.CharField(_("detail"), max_length=600, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.actor_name})"


def display_name(user: User | AbstractBaseUser | AnonymousUser) -> str:
    """The name that the record keeps, as it is today."""
    full = user.get_full_name() if isinstance(user, User) else ""
    return full or user.get_username()


def record(survey: Survey, action: str, by: User | None, detail: str = "") -> None:
    """Write down what was done to a survey; without a person it was done from the command line."""
    AuditEvent.objects.create(
        survey=survey,
        survey_name=str(survey)[:220],
        action=action,
        actor=by,
        actor_name=display_name(by) if by else "",
        detail=detail[:600],
    )
