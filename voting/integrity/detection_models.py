"""What detection found, and the thresholds it went by.

A run reads ballots with their signals and finds groups, never single ballots. Nothing here
changes a ballot or its standing: a group is a question to people. Rows are only ever added,
but for :class:`Watch`, which says when a poll is looked at next.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q

from showcase.contests.models import Contest
from voting.polls.models import Poll

LEAST_BALLOTS_OF_A_GROUP = 20


class ThresholdsQuerySet(models.QuerySet):
    def of_contest(self, contest_id: int) -> Self:
        return self.filter(contest_id=contest_id).order_by("-version")


class Thresholds(models.Model):
    """From what on detection speaks up, as the integrity officer set it for one contest.

    ``text`` is canonical JSON with a random salt, so that its hash can be published while
    nobody can guess what it says. A change is a further version; opening freezes the last.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="thresholds", verbose_name="活动"
    )
    version = models.PositiveSmallIntegerField("版本")
    text = models.TextField("阈值")
    sha256 = models.CharField("校验值", max_length=64)
    set_at = models.DateTimeField("设定时间")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="设定人",
        null=True,
    )

    objects = ThresholdsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "识别阈值"
        ordering = ["contest", "version"]
        constraints = [
            models.UniqueConstraint(
                name="thresholds_have_one_row_a_version", fields=["contest", "version"]
            ),
            models.CheckConstraint(
                name="thresholds_begin_with_version_1", condition=Q(version__gte=1)
            ),
            models.CheckConstraint(
                name="thresholds_have_text_and_hash",
                condition=~Q(text="") & ~Q(sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}识别阈值第 {self.version} 版"


class Watch(models.Model):
    """When a poll is looked at next. Whoever moves ``due_at`` on does the work."""

    poll = models.OneToOneField(
        Poll, models.PROTECT, primary_key=True, related_name="watch"
    )
    due_at = models.DateTimeField("下次检查")

    class Meta:
        verbose_name = verbose_name_plural = "检查时间"

    def __str__(self) -> str:
        return f"{self.poll} {self.due_at:%Y-%m-%d %H:%M}"


class DetectionRun(models.Model):
    """One look at all ballots of a poll up to ``upto_id``. The final one comes after the close."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="detection_runs")
    ran_at = models.DateTimeField("检查时间")
    upto_id = models.BigIntegerField()
    ballots = models.PositiveIntegerField("看过的选票")
    groups = models.PositiveIntegerField("可疑的组")
    milliseconds = models.PositiveIntegerField("用时（毫秒）")
    thresholds_sha256 = models.CharField("阈值校验值", max_length=64)
    is_final = models.BooleanField("截止以后", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "检查记录"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="poll_has_one_final_detection_run",
                fields=["poll"],
                condition=Q(is_final=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll} {self.ran_at:%Y-%m-%d %H:%M}"


class SuspectGroupQuerySet(models.QuerySet):
    def with_findings(self) -> Self:
        """Reads what every group of a list says in one query more."""
        newest_first = SuspectFinding.objects.order_by("-id")
        return self.prefetch_related(Prefetch("findings", newest_first))


class SuspectGroup(models.Model):
    """Ballots that look as if one hand cast them. Found again, it gets a further finding.

    ``families``, ``evidence`` and ``ballots`` are those of the newest finding. They name no
    entry and no count or share of one.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="suspect_groups")
    number = models.PositiveIntegerField("组号")
    fingerprint = models.CharField("指纹", max_length=64)
    found_at = models.DateTimeField("第一次发现")

    objects = SuspectGroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "可疑的组"
        ordering = ["poll", "number"]
        constraints = [
            models.UniqueConstraint(
                name="suspect_group_is_found_once", fields=["poll", "fingerprint"]
            ),
            models.UniqueConstraint(
                name="suspect_group_has_its_own_number", fields=["poll", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 组"

    @property
    def newest(self) -> "SuspectFinding":
        return max(self.findings.all(), key=lambda finding: finding.pk)

    @property
    def families(self) -> list[str]:
        return self.newest.families

    @property
    def evidence(self) -> dict[str, Any]:
        return self.newest.evidence

    @property
    def ballots(self) -> int:
        return self.newest.ballots


class SuspectFinding(models.Model):
    """What one run says of a group.

    ``families``: those of time, network, content and client that agree. ``evidence``:
    ``{"sentences": [str], "series": [{"title": str, "start": ISO minute, "minutes": int a
    step, "values": [int], "expected": [float]}], "from": ISO minute, "upto": ISO minute}``.
    """

    group = models.ForeignKey(SuspectGroup, models.PROTECT, related_name="findings")
    run = models.ForeignKey(DetectionRun, models.PROTECT, related_name="findings")
    families = models.JSONField("互相印证的方面")
    evidence = models.JSONField("依据")
    ballots = models.PositiveIntegerField("选票")

    class Meta:
        verbose_name = verbose_name_plural = "发现"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="run_says_one_thing_of_a_group", fields=["group", "run"]
            ),
            models.CheckConstraint(
                name="suspect_group_is_never_a_few_ballots",
                condition=Q(ballots__gte=LEAST_BALLOTS_OF_A_GROUP),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}：{self.ballots} 张"


class SuspectBallot(models.Model):
    """One ballot of a group, whichever run put it there."""

    group = models.ForeignKey(SuspectGroup, models.PROTECT, related_name="members")
    ballot_id = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "组里的选票"
        constraints = [
            models.UniqueConstraint(
                name="suspect_group_names_a_ballot_once", fields=["group", "ballot_id"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.ballot_id}"
