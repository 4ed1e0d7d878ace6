"""Files of answers that are made in the background, and lie ready for a while."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .surveys import Survey


class PreparedExport(models.Model):
    """One ordered file, from the order until the file is deleted; `polls.exports.preparing` acts.

    The file itself lies in EXPORTS_DIR, named by `public_id`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("export", "waiting")
        RUNNING = "running", pgettext_lazy("export", "being prepared")
        DONE = "done", pgettext_lazy("export", "ready")
        CANCELLED = "cancelled", pgettext_lazy("export", "cancelled")
        FAILED = "failed", pgettext_lazy("export", "failed")
        EXPIRED = "expired", pgettext_lazy("export", "deleted")

    class Problem(models.TextChoices):
        """Why it failed, for whoever ordered it; the log has the rest."""

        STOPPED = "stopped", _("it was interrupted")
        NO_SPACE = "no-space", _("there is no room left for the file")
        ERASED = "erased", _("the answers were deleted after their time")
        UNKNOWN = "unknown", _("an error, which the log describes")

    public_id = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(
        Survey,
        on_delete=models.CASCADE,
        related_name="prepared_exports",
        verbose_name=_("survey"),
    )
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    maker_name = models.CharField(_("name at the time"), max_length=150)
    # As `polls.exports.orders.Order` has them.
    content = models.CharField(max_length=12)
    file_format = models.CharField(max_length=12)
    chosen: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=10, choices=Problem, blank=True, default="")
    # Rows that were read, and how many there were to read when it began.
    rows = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True, default="")
    cancelling = models.BooleanField(default=False)
    ordered_at = models.DateTimeField(_("ordered"), db_default=Now())
    # When whoever prepares it last said so: after a minute of silence nobody does any more.
    touched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("prepared export")
        verbose_name_plural = _("prepared exports")
        ordering = ["-ordered_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["waiting", "running", "done", "cancelled", "failed", "expired"]
                ),
                name="prepared_export_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(expires_at__isnull=False) & ~Q(sha256="")),
                name="prepared_export_done_expires",
            ),
            # What is public is read when it is sent: a text may be withdrawn in between.
            models.CheckConstraint(
                condition=~Q(content="opinions"), name="prepared_export_has_no_opinions_list"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)
