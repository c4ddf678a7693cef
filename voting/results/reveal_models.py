"""A reveal: its script, how far it has come, and the card of whoever reads it aloud."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from showcase.contests.models import Contest
from voting.results.models import Publication
from voting.results.reveal_rules import Script, short_code


class RevealScriptQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(contest=contest)


class RevealScript(models.Model):
    """What is revealed and in which order, with its hash. Rows are only ever added.

    Without a ``publication`` its places are invented, for a rehearsal.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="reveal_scripts", verbose_name="活动"
    )
    publication = models.ForeignKey(
        Publication,
        models.PROTECT,
        null=True,
        related_name="reveal_scripts",
        verbose_name="结果",
    )
    document = models.JSONField("脚本")
    script_hash = models.CharField("脚本校验值", max_length=64)
    made_at = models.DateTimeField("写成时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="写成人",
    )

    objects = RevealScriptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "揭晓脚本"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.contest}揭晓脚本 {self.code}"

    @property
    def script(self) -> Script:
        return Script.from_json(self.document)

    @property
    def code(self) -> str:
        return short_code(self.script_hash)


class RevealQuerySet(models.QuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(contest=contest)

    def running(self) -> Self:
        return self.filter(ended_at=None, stopped_at=None)


class Reveal(models.Model):
    """One reveal from its opening to its end, or until somebody stops it.

    ``step`` is what the wall shows, ``furthest`` what it has ever shown. ``with_presenter``: the
    presenter's phone turns the steps, otherwise the host's console.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="reveals", verbose_name="活动"
    )
    script = models.ForeignKey(
        RevealScript, models.PROTECT, related_name="reveals", verbose_name="脚本"
    )
    began_at = models.DateTimeField("开始时间")
    began_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="开始人",
    )
    step = models.PositiveSmallIntegerField("第几步", default=0)
    furthest = models.PositiveSmallIntegerField("最远到第几步", default=0)
    stepped_at = models.DateTimeField("翻到的时间")
    with_presenter = models.BooleanField("由宣读人翻步", default=False)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    stopped_at = models.DateTimeField("中止时间", null=True, blank=True)
    stop_reason = models.CharField("中止理由", max_length=200, blank=True)

    objects = RevealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "揭晓"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="contest_has_one_reveal_at_a_time",
                fields=["contest"],
                condition=Q(ended_at=None, stopped_at=None),
                violation_error_message="已经在揭晓。",
            ),
            models.CheckConstraint(
                name="reveal_has_not_come_further_than_its_furthest",
                condition=Q(step__lte=F("furthest")),
            ),
            models.CheckConstraint(
                name="reveal_ends_or_is_stopped",
                condition=Q(ended_at=None) | Q(stopped_at=None),
            ),
            models.CheckConstraint(
                name="stopped_reveal_has_its_reason",
                condition=Q(stopped_at=None, stop_reason="")
                | Q(stopped_at__isnull=False) & ~Q(stop_reason=""),
                violation_error_message="中止揭晓必须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}揭晓 {self.step}"


class PresenterQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        return self.filter(withdrawn_at=None)


class Presenter(models.Model):
    """Who reads the reveal aloud, by a card as judges have one: address and PIN, only hashed.

    ``device`` names the one phone on which the words are read.
    """

    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="presenters", verbose_name="活动"
    )
    name = models.CharField("宣读人", max_length=20)
    card_hash = models.CharField(max_length=64, unique=True, editable=False)
    pin_hash = models.CharField(max_length=64, editable=False)
    pin_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    device = models.CharField(max_length=32, blank=True, editable=False)
    made_at = models.DateTimeField("发卡时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="发卡人",
    )
    withdrawn_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = PresenterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "宣读人"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="contest_has_one_presenter_at_a_time",
                fields=["contest"],
                condition=Q(withdrawn_at=None),
                violation_error_message="已经有一位宣读人。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（宣读人）"
