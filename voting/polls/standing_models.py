"""Which ballots count. A ballot's row never changes: acts that name it come after it.

The latest act that names a ballot says how it stands: held after a hold, void after a void,
counted after a release or a restoration, and counted where no act names it.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from voting.log.models import LogEntry
from voting.polls.models import Poll


class Standing(models.TextChoices):
    COUNTED = "counted", "计入"
    HELD = "held", "隔离"
    VOID = "void", "作废"


class ActKind(models.TextChoices):
    HOLD = "hold", "隔离"
    RELEASE = "release", "解除隔离"
    VOID = "void", "作废"
    RESTORE = "restore", "撤销作废"


STANDING_AFTER = {
    ActKind.HOLD: Standing.HELD,
    ActKind.RELEASE: Standing.COUNTED,
    ActKind.VOID: Standing.VOID,
    ActKind.RESTORE: Standing.COUNTED,
}


class StandingAct(models.Model):
    """One hold, release, void or restoration of a group of ballots, as the public reads it."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="standing_acts")
    kind = models.CharField("处理", max_length=8, choices=ActKind)
    made_at = models.DateTimeField("时间")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    reason = models.CharField("原因", max_length=200)
    ballots = models.PositiveIntegerField("选票")
    log_entry = models.OneToOneField(
        LogEntry, models.PROTECT, related_name="standing_act"
    )

    class Meta:
        verbose_name = verbose_name_plural = "选票处理"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="standing_act_is_known", condition=Q(kind__in=ActKind.values)
            ),
            models.CheckConstraint(
                name="standing_act_has_its_reason", condition=~Q(reason="")
            ),
            models.CheckConstraint(
                name="void_is_by_two_people",
                condition=Q(kind__in=[ActKind.HOLD, ActKind.RELEASE])
                | (
                    Q(proposed_by__isnull=False, confirmed_by__isnull=False)
                    & ~Q(proposed_by=models.F("confirmed_by"))
                ),
                violation_error_message="作废和撤销作废要两个人，同一个人不能既提出又确认。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll} {self.get_kind_display()} {self.ballots} 张"


class BallotStandingQuerySet(models.QuerySet):
    def of_poll(self, poll_id: int) -> Self:
        return self.filter(act__poll_id=poll_id)

    def latest(self) -> Self:
        """Of each ballot the one row that stands."""
        later = BallotStanding.objects.filter(
            ballot_id=OuterRef("ballot_id"), act_id__gt=OuterRef("act_id")
        )
        return self.filter(~Exists(later))

    def not_counted(self) -> Self:
        return self.latest().filter(act__kind__in=[ActKind.HOLD, ActKind.VOID])


class BallotStanding(models.Model):
    """One ballot that an act names."""

    act = models.ForeignKey(StandingAct, models.PROTECT, related_name="named")
    ballot_id = models.BigIntegerField(db_index=True)

    objects = BallotStandingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "处理到的选票"
        constraints = [
            models.UniqueConstraint(
                name="act_names_a_ballot_once", fields=["act", "ballot_id"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.ballot_id}"


class SealedBatch(models.Model):
    """The ballots of a poll that one entry of the log seals: ids above the batch before it,
    up to ``upto_id``. Rows are only ever added."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="batches")
    log_entry = models.OneToOneField(LogEntry, models.PROTECT, related_name="batch")
    number = models.PositiveIntegerField("批次")
    upto_id = models.BigIntegerField()
    ballots = models.PositiveIntegerField("选票")

    class Meta:
        verbose_name = verbose_name_plural = "封存批次"
        ordering = ["poll", "number"]
        constraints = [
            models.UniqueConstraint(
                name="poll_seals_each_batch_once", fields=["poll", "number"]
            ),
            models.UniqueConstraint(
                name="ballots_are_sealed_once", fields=["poll", "upto_id"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll} 第 {self.number} 批"
