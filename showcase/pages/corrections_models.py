"""What was corrected on a page after the opening of the poll. Rows are only ever added."""

from typing import Self

from django.conf import settings
from django.db import models
from wagtail.models import Revision

from showcase.pages.models import ShowcasePage


class PageCorrectionQuerySet(models.QuerySet):
    def of_page(self, page: ShowcasePage) -> Self:
        return self.filter(page_id=page.pk)

    def newest_first(self) -> Self:
        return self.order_by("-number")


class PageCorrection(models.Model):
    """One correction: why, and what each text was before.

    ``changes`` are label, kind, before and after of each part; ``taken_off`` maps the
    picture that was taken off to the one that stands in its place.
    """

    page = models.ForeignKey(
        ShowcasePage, models.PROTECT, related_name="corrections", verbose_name="展示页"
    )
    number = models.PositiveSmallIntegerField("第几次")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="更正人",
    )
    reason = models.TextField("更正原因")
    changes = models.JSONField("改动")
    taken_off = models.JSONField("撤下的照片", default=dict)
    before_revision = models.ForeignKey(
        Revision, models.PROTECT, related_name="+", verbose_name="更正前的版本"
    )
    after_revision = models.ForeignKey(
        Revision, models.PROTECT, related_name="+", verbose_name="更正后的版本"
    )

    objects = PageCorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "展示页更正"
        ordering = ["page", "number"]
        constraints = [
            models.UniqueConstraint(
                name="corrections_of_a_page_are_numbered", fields=["page", "number"]
            ),
            models.CheckConstraint(
                name="correction_has_its_reason",
                condition=~models.Q(reason=""),
                violation_error_message="请写明更正的原因，公众会看到。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page}第 {self.number} 次更正"
