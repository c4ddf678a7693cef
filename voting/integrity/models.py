"""What people decided about groups of ballots, and what voters said against it.

Which ballots an act names stands in :mod:`voting.polls.standing_models`; here stands for
which group and why. Rows are only ever added.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from voting.integrity.decision_rules import ReasonCode
from voting.integrity.detection_models import SuspectGroup
from voting.log.models import LogEntry
from voting.polls.models import Poll
from voting.polls.standing_models import ActKind, StandingAct

REASON_CODES = [(code.value, code.label) for code in ReasonCode]
LISTED = [(kind.value, kind.label) for kind in (ActKind.VOID, ActKind.RESTORE)]


class GroupAct(models.Model):
    """For which group an act was, and what it followed: the history of a group has no forks.

    ``families`` and ``thresholds_sha256`` are what detection said when the act was made;
    ``hours`` how many of its ballots came in which hour, for the day when all is open.
    """

    act = models.OneToOneField(
        StandingAct, models.PROTECT, primary_key=True, related_name="of_group"
    )
    group = models.ForeignKey(SuspectGroup, models.PROTECT, related_name="acts")
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="followed_by"
    )
    code = models.CharField("原因类别", max_length=8, choices=REASON_CODES, blank=True)
    families = models.JSONField("互相印证的方面", default=list)
    thresholds_sha256 = models.CharField("阈值校验值", max_length=64, blank=True)
    hours = models.JSONField("每小时张数", default=list)
    reverses = models.ForeignKey(
        StandingAct, models.PROTECT, null=True, related_name="reversed_by"
    )

    class Meta:
        verbose_name = verbose_name_plural = "对一组选票的处理"
        ordering = ["act_id"]
        constraints = [
            models.UniqueConstraint(
                name="group_has_one_first_act",
                fields=["group"],
                condition=Q(follows=None),
                violation_error_message="这一组刚刚有人处理过，请刷新后再看。",
            ),
            models.CheckConstraint(
                name="group_act_has_a_known_code",
                condition=Q(code__in=["", *(value for value, _ in REASON_CODES)]),
            ),
            models.CheckConstraint(
                name="restoration_gives_no_reason_code",
                condition=Q(reverses=None) | Q(code=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.act.get_kind_display()}"


class Dismissal(models.Model):
    """Somebody looked at a group as it was found, and saw no reason to hold it."""

    group = models.ForeignKey(SuspectGroup, models.PROTECT, related_name="dismissals")
    ballots = models.PositiveIntegerField("当时的选票")
    reason = models.CharField("理由", max_length=200)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    dismissed_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "看过不隔离"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="group_of_one_size_is_dismissed_once", fields=["group", "ballots"]
            ),
            models.CheckConstraint(
                name="dismissal_has_its_reason", condition=~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}：看过，不隔离"


class LeafList(models.Model):
    """The pick leaves that voids or restorations took out of the count or put back.

    ``leaves`` holds their hashes in order, 32 bytes each: those of at least 20 ballots,
    and of fewer only where there are no more (``is_small``).
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="leaf_lists")
    kind = models.CharField("种类", max_length=8, choices=LISTED)
    log_entry = models.OneToOneField(LogEntry, models.PROTECT, related_name="leaf_list")
    made_at = models.DateTimeField("时间")
    ballots = models.PositiveIntegerField("选票")
    is_small = models.BooleanField("不足 20 张", default=False)
    leaves = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "作废清单"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="leaf_list_is_of_a_known_kind",
                condition=Q(kind__in=[value for value, _ in LISTED]),
            ),
            models.CheckConstraint(
                name="leaf_list_hides_each_ballot_among_others",
                condition=Q(ballots__gte=20) | Q(is_small=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll} {self.get_kind_display()}清单 {self.ballots} 张"


class ListedActQuerySet(models.QuerySet):
    def of_poll(self, poll_id: int) -> Self:
        return self.filter(list__poll_id=poll_id)


class ListedAct(models.Model):
    """One void or restoration whose leaves a list holds."""

    act = models.OneToOneField(
        StandingAct, models.PROTECT, primary_key=True, related_name="listed"
    )
    list = models.ForeignKey(LeafList, models.PROTECT, related_name="acts")

    objects = ListedActQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单里的处理"

    def __str__(self) -> str:
        return f"{self.list}：{self.act}"


class VoterObjectionQuerySet(models.QuerySet):
    def of_poll(self, poll_id: int) -> Self:
        return self.filter(act__poll_id=poll_id)

    def unanswered(self) -> Self:
        return self.filter(answer=None)


class VoterObjection(models.Model):
    """What a voter says against the voiding of a ballot, by its 受理号.

    ``ballot`` is a keyed hash of its id: it finds the objection of a 受理号 while the poll's
    key lives, and leads nobody from what somebody wrote to what they chose.
    """

    act = models.ForeignKey(StandingAct, models.PROTECT, related_name="objections")
    ballot = models.UUIDField()
    text = models.TextField("异议")
    contact = models.TextField("联系方式", blank=True)
    made_at = models.DateTimeField("提出时间")

    objects = VoterObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "投票人异议"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="ballot_is_objected_for_once_after_each_void",
                fields=["act", "ballot"],
                violation_error_message="这张选票已经提过异议，没有再记一次。",
            ),
            models.CheckConstraint(
                name="objection_has_its_text", condition=~Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"异议 {self.pk}"


class ObjectionAnswer(models.Model):
    """What came of an objection. The proposer of the void is repeated so that a constraint sees it."""

    objection = models.OneToOneField(
        VoterObjection, models.PROTECT, primary_key=True, related_name="answer"
    )
    is_upheld = models.BooleanField("异议成立")
    text = models.TextField("答复")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="答复人",
    )
    void_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间")

    class Meta:
        verbose_name = verbose_name_plural = "异议的答复"
        constraints = [
            models.CheckConstraint(
                name="objection_is_answered_by_another_than_the_proposer",
                condition=~Q(answered_by=models.F("void_proposed_by")),
                violation_error_message="提出作废的人不能答复对它的异议，请另一位答复。",
            ),
            models.CheckConstraint(
                name="objection_answer_has_its_text", condition=~Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objection}：{'成立' if self.is_upheld else '不成立'}"
