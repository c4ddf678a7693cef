from django.conf import settings
from django.db import models
from django.db.models import Q

from voting.polls.models import Poll
from voting.polls.standing_models import StandingAct


class PollArchive(models.Model):
    """The act by which the ballots of a poll lost their voters. Rows are only ever added."""

    poll = models.OneToOneField(
        Poll, models.PROTECT, primary_key=True, related_name="archive"
    )
    archived_at = models.DateTimeField("归档时间")
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    ballots = models.PositiveBigIntegerField("选票")
    given = models.JSONField("票数")

    class Meta:
        verbose_name = verbose_name_plural = "选票归档"

    def __str__(self) -> str:
        return f"{self.poll} {self.archived_at:%Y-%m-%d}"


class ArchivedBallot(models.Model):
    """A ballot without voter, time or place in the order of arrival.

    Rows are written in the order of ``opened_by``, the SHA-256 of the receipt's secret:
    whoever has the secret finds the picks, and nobody can go from here to a secret.
    ``void_act`` is what struck it out; a ballot without one counts.
    """

    poll = models.ForeignKey(
        Poll, models.PROTECT, related_name="archived_ballots", db_index=False
    )
    opened_by = models.BinaryField(unique=True)
    choices = models.BinaryField()
    void_act = models.ForeignKey(
        StandingAct,
        models.PROTECT,
        null=True,
        related_name="archived",
        db_index=False,
    )

    class Meta:
        verbose_name = verbose_name_plural = "归档选票"
        ordering = ["id"]
        indexes = [
            models.Index(
                name="archived_voids",
                fields=["void_act"],
                condition=Q(void_act__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.poll} {bytes(self.opened_by).hex()[:8]}"
