from django.db import models


class Entry(models.Model):
    """One submission as it was sent."""

    payload = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    # Written out: the site's settings, by which types are checked, don't have this app.
    objects: "models.Manager[Entry]" = models.Manager()

    class Meta:
        app_label = "reference"
        db_table = "bench_entry"

    def __str__(self) -> str:
        return str(self.pk)
