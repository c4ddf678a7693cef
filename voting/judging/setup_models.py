from django.conf import settings
from django.db import models

from voting.judging.models import Night


class NightSupervisor(models.Model):
    """A supervisor who will be there on the night. Two are named, so that one can stand in."""

    night = models.ForeignKey(Night, models.PROTECT, related_name="supervisors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="监督员",
    )
    named_at = models.DateTimeField("指定时间")

    class Meta:
        verbose_name = verbose_name_plural = "现场监督员"
        ordering = ["night", "id"]
        constraints = [
            models.UniqueConstraint(
                name="supervisor_is_named_once_for_a_night",
                fields=["night", "user"],
                violation_error_message="这位监督员已经指定过。",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
