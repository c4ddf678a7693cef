from django.db import models
from django.db.models import F, Q

from voting.polls.models import Poll


class TallyState(models.Model):
    """How far the running total of a poll has read, and what it found up to there.

    ``noted_id`` and ``noted_xid`` are a note: once every transaction older than the second
    has ended, no ballot with an id up to the first can still appear.
    """

    poll = models.OneToOneField(
        Poll, models.PROTECT, primary_key=True, related_name="tally"
    )
    counted_id = models.BigIntegerField(default=0)
    ballots = models.PositiveBigIntegerField(default=0)
    given = models.JSONField(default=dict)
    noted_id = models.BigIntegerField(null=True)
    noted_xid = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "累计票数"
        constraints = [
            models.CheckConstraint(
                name="tally_note_is_whole",
                condition=Q(noted_id=None, noted_xid=None)
                | Q(noted_id__isnull=False, noted_xid__isnull=False),
            ),
            models.CheckConstraint(
                name="tally_note_is_ahead",
                condition=Q(noted_id=None) | Q(noted_id__gte=F("counted_id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll}：{self.ballots} 张"


class DailyTotal(models.Model):
    """What a poll that says so published of one day. Rows are only ever added.

    ``given`` says for each entry, by its id, how often it got each value of the ballot.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="daily_totals")
    day = models.DateField("日期")
    published_at = models.DateTimeField("公布时间")
    ballots = models.PositiveBigIntegerField("选票")
    given = models.JSONField("票数")

    class Meta:
        verbose_name = verbose_name_plural = "每天公布的票数"
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                name="poll_publishes_once_a_day", fields=["poll", "day"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.poll} {self.day}"
