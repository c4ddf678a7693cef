"""自荐: what a unit says of itself when it enters a contest."""

from typing import Self

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

    ``figures`` is a list of {"value", "unit", "label", "period", "source"}, all strings.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="nomination", verbose_name="参评单位"
    )
    statement = models.TextField("自荐说明", max_length=2000, blank=True)
    figures = models.JSONField("主要数字", default=list, blank=True)
    contact_name = models.CharField("联系人", max_length=20, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)

    saved_at = models.DateTimeField("最近保存")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    remark = models.CharField("退回意见", max_length=300, blank=True)

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
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry.unit}的自荐"

    @property
    def state(self) -> State:
        return state_of(submitted_at=self.submitted_at, returned_at=self.returned_at)


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
    caption = models.CharField("说明", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="evidence_is_one_picture_or_one_file",
                condition=Q(image=None, document__isnull=False)
                | Q(image__isnull=False, document=None),
                violation_error_message="每条佐证放一张照片或一个文件。",
            )
        ]

    def __str__(self) -> str:
        return self.caption
