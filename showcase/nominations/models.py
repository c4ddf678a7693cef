"""自荐: what a unit says of itself when it enters a contest."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from showcase.contests.models import Entry
from showcase.nominations.rules import State, state_of
from site_cms.media.models import SiteDocument, SiteImage


class NominationQuerySet(models.QuerySet):
    def of_contest(self, contest) -> Self:
        return self.filter(entry__contest=contest)

    def submitted(self) -> Self:
        """Handed in, and neither returned nor withdrawn since."""
        return self.exclude(submitted_at=None)


class Nomination(models.Model):
    """One unit's application. Saving a draft touches its content alone, never its times.

    ``figures`` is a list of {"label", "value", "unit", "period", "source"}, all strings.
    ``revision`` is raised by every change of the content: a window that shows an older one
    does not save over it. It begins as 0: nothing was written yet.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="nomination", verbose_name="参评单位"
    )
    statement = models.TextField("自荐说明", blank=True)
    figures = models.JSONField("主要数字", default=list, blank=True)
    contact_name = models.CharField("联系人", max_length=20, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)

    revision = models.PositiveIntegerField("改动次数", default=0)
    saved_at = models.DateTimeField("最近保存", null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="最近保存的人",
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="退回的人",
    )
    remark = models.CharField("退回意见", max_length=300, blank=True)
    extended_until = models.DateTimeField("延期至", null=True, blank=True)
    extension_reason = models.CharField("延期理由", max_length=200, blank=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自荐"
        constraints = [
            models.CheckConstraint(
                name="returned_nomination_has_its_remark",
                condition=Q(returned_at=None) | ~Q(remark=""),
                violation_error_message="退回必须写明意见。",
            ),
            models.CheckConstraint(
                name="returned_nomination_is_not_submitted",
                condition=Q(returned_at=None) | Q(submitted_at=None),
                violation_error_message="退回的自荐要重新提交，不能同时是已提交。",
            ),
            models.CheckConstraint(
                name="extension_has_its_reason",
                condition=Q(extended_until=None, extension_reason="")
                | Q(extended_until__isnull=False) & ~Q(extension_reason=""),
                violation_error_message="延期必须写明理由，写了理由必须有时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry.unit}的自荐"

    @property
    def state(self) -> State:
        return state_of(
            submitted_at=self.submitted_at,
            returned_at=self.returned_at,
            is_begun=self.saved_at is not None,
        )


class Evidence(models.Model):
    """A picture or a file that shows what the statement claims."""

    nomination = models.ForeignKey(
        Nomination, models.CASCADE, related_name="evidence", verbose_name="自荐"
    )
    image = models.ForeignKey(
        SiteImage, models.PROTECT, null=True, blank=True, verbose_name="照片"
    )
    document = models.ForeignKey(
        SiteDocument, models.PROTECT, null=True, blank=True, verbose_name="文件"
    )
    caption = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="evidence_is_one_picture_or_one_file",
                condition=Q(image=None, document__isnull=False)
                | Q(image__isnull=False, document=None),
                violation_error_message="每条佐证放一张照片或一个文件。",
            ),
            models.UniqueConstraint(
                name="evidence_shows_a_picture_once",
                fields=["nomination", "image"],
                violation_error_message="这张照片已经在佐证里。",
            ),
            models.UniqueConstraint(
                name="evidence_holds_a_file_once",
                fields=["nomination", "document"],
                violation_error_message="这个文件已经在佐证里。",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.file.title

    @property
    def file(self) -> SiteImage | SiteDocument:
        return self.image or self.document


class NominationVersion(models.Model):
    """What was handed in at one submission, word for word. Rows are only ever added.

    ``content`` names contest, unit, number and time too, so that its hash stands for all of it.
    """

    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="versions", verbose_name="自荐"
    )
    number = models.PositiveSmallIntegerField("第几版")
    content = models.JSONField("内容")
    content_hash = models.CharField("校验值", max_length=64)
    submitted_at = models.DateTimeField("提交时间")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="提交人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "自荐提交版本"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="nomination_version_number_is_given_once",
                fields=["nomination", "number"],
            ),
            models.CheckConstraint(
                name="nomination_version_is_numbered_from_one",
                condition=Q(number__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nomination}第 {self.number} 版"

    @property
    def short_hash(self) -> str:
        """The beginning of the hash, to be compared by eye: a1b2 c3d4 e5f6."""
        return " ".join(self.content_hash[at : at + 4] for at in range(0, 12, 4))
