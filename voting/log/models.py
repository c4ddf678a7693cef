"""The public log of a contest. Rows are only ever added.

The leaves of its tree stand in the order of their entries. The first leaf of an entry is
its statement, a line of canonical JSON; an entry that seals a batch of ballots has the
commitments of their picks behind it, ordered by leaf hash.
"""

import json
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from showcase.contests.models import Contest
from voting.rules.merkle import Frontier

# So many leaves are folded into one stored node: proofs read few rows, and appending adds few.
TILE = 256


class Kind(models.TextChoices):
    RULE_SHEET = "rule_sheet", "计分规则"
    OPENED = "opened", "开放"
    BALLOTS = "ballots", "选票"
    HOLD = "hold", "隔离"
    RELEASE = "release", "解除隔离"
    VOID = "void", "作废"
    RESTORE = "restore", "撤销作废"
    LEAVES = "leaves", "作废清单"
    PAUSED = "paused", "暂停"
    RESUMED = "resumed", "恢复"
    EXTENDED = "extended", "延长"
    WITHDRAWN = "withdrawn", "退出"
    NOTICE = "notice", "通报"
    CLOSED = "closed", "截止"
    THRESHOLDS = "thresholds", "阈值"
    SHEET = "sheet", "评分表锁定"
    CORRECTED = "corrected", "评分更正"
    DRAW = "draw", "抽签"
    TIE = "tie", "同分"
    POINTS = "points", "加分扣分"
    RESULT = "result", "结果"
    FINAL = "final", "最终结果"


class LogQuerySet(models.QuerySet):
    def grown(self) -> Self:
        """Those that hold more than their last head says."""
        ends = LogEntry.objects.filter(log=OuterRef("pk")).order_by("-number")
        heads = SignedHead.objects.filter(log=OuterRef("pk")).order_by("-size")
        return self.annotate(
            length=Subquery(ends.values(end=F("first_leaf") + F("leaves"))[:1]),
            signed=Subquery(heads.values("size")[:1]),
        ).filter(Q(signed=None, length__gt=0) | Q(length__gt=F("signed")))


class Log(models.Model):
    """The tree of one contest, and the key that signs its heads (kept outside the database)."""

    contest = models.OneToOneField(
        Contest, models.PROTECT, primary_key=True, related_name="log"
    )
    origin = models.CharField("名称", max_length=120, unique=True)
    key_name = models.CharField("密钥名称", max_length=80, unique=True)
    key_fingerprint = models.CharField("密钥指纹", max_length=64)
    public_key = models.BinaryField("公钥")
    began_at = models.DateTimeField("开始时间")

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开日志"

    def __str__(self) -> str:
        return f"{self.contest}公开日志"


class LogEntryQuerySet(models.QuerySet):
    def of_contest(self, contest_id: int) -> Self:
        return self.filter(log_id=contest_id)

    def light(self) -> Self:
        """Without the leaf hashes, which may be long."""
        return self.defer("hashes")

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def in_order(self) -> Self:
        return self.order_by("number")


class LogEntry(models.Model):
    """One statement and the leaves behind it. ``hashes`` holds all its leaf hashes in order,
    32 bytes each; ``peaks`` the frontier of the tree after it."""

    log = models.ForeignKey(Log, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    text = models.TextField("内容")
    first_leaf = models.PositiveBigIntegerField("第一片叶")
    leaves = models.PositiveIntegerField("叶数")
    hashes = models.BinaryField()
    peaks = models.BinaryField()
    added_at = models.DateTimeField("记入时间")

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日志条目"
        ordering = ["log", "number"]
        constraints = [
            models.UniqueConstraint(
                name="log_entry_has_its_own_number", fields=["log", "number"]
            ),
            models.UniqueConstraint(
                name="log_leaf_belongs_to_one_entry", fields=["log", "first_leaf"]
            ),
            models.CheckConstraint(
                name="log_entry_has_a_leaf", condition=Q(leaves__gte=1)
            ),
            models.CheckConstraint(
                name="log_entry_numbers_and_leaves_grow_together",
                condition=Q(number__gte=1, first_leaf__gte=F("number") - 1),
            ),
            models.CheckConstraint(
                name="log_entry_kind_is_known", condition=Q(kind__in=Kind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    @property
    def statement(self) -> dict[str, Any]:
        return json.loads(self.text)

    @property
    def size_after(self) -> int:
        return self.first_leaf + self.leaves

    @property
    def frontier(self) -> Frontier:
        return Frontier.from_bytes(self.size_after, bytes(self.peaks))


class LogTile(models.Model):
    """The root of :data:`TILE` leaves whose first is ``place * TILE``."""

    log = models.ForeignKey(Log, models.PROTECT, related_name="tiles")
    place = models.PositiveIntegerField()
    root = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "日志节点"
        constraints = [
            models.UniqueConstraint(
                name="log_tile_is_stored_once", fields=["log", "place"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.place}"


class SignedHead(models.Model):
    """A promise of what the log held. ``note`` is what was signed and its signature, as it is
    published: a checkpoint in the signed-note format of transparency logs."""

    log = models.ForeignKey(Log, models.PROTECT, related_name="heads")
    size = models.PositiveBigIntegerField("叶数")
    root = models.BinaryField("根")
    ballots = models.PositiveBigIntegerField("选票")
    signed_at = models.DateTimeField("签署时间")
    note = models.TextField("签署内容")

    class Meta:
        verbose_name = verbose_name_plural = "日志头"
        ordering = ["log", "size"]
        constraints = [
            models.UniqueConstraint(
                name="log_signs_one_head_of_a_size",
                fields=["log", "size"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.size}"
