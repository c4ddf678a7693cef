from django.db import models

from showcase.contests.models import Contest
from voting.results.honour_rules import BODY, TITLE, awarder_lines


class CertificateWording(models.Model):
    """What a county prints on the certificates of a contest, within their layout."""

    contest = models.OneToOneField(
        Contest,
        models.PROTECT,
        related_name="certificate_wording",
        verbose_name="活动",
    )
    title = models.CharField("证书名称", max_length=10, default=TITLE)
    body = models.CharField("正文", max_length=140, default=BODY)
    awarders = models.CharField("颁发单位", max_length=80)
    number_prefix = models.CharField("编号前缀", max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = "证书文字"
        constraints = [
            models.CheckConstraint(
                name="certificate_says_what_by_whom_and_which",
                condition=~models.Q(title="")
                & ~models.Q(body="")
                & ~models.Q(awarders="")
                & ~models.Q(number_prefix=""),
                violation_error_message="证书名称、正文、颁发单位和编号前缀都要写。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.contest}证书"

    @property
    def awarder_lines(self) -> list[str]:
        return awarder_lines(self.awarders)
