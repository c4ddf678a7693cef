"""What is kept so that voters can be told apart: keyed hashes, with the poll's key."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from voting.polls.models import Poll

MOST_CODES = 1000
PHONE_CODE_TRIES = 5


class CodeBatch(models.Model):
    """Printed codes that were made together. The codes themselves are on paper alone."""

    poll = models.ForeignKey(
        Poll, models.PROTECT, related_name="code_batches", verbose_name="民意测评"
    )
    label = models.CharField("批次名称", max_length=40)
    village = models.CharField("发到哪里", max_length=40)
    count = models.PositiveSmallIntegerField(
        "张数", validators=[MinValueValidator(1), MaxValueValidator(MOST_CODES)]
    )
    made_at = models.DateTimeField("做好时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="经办人",
    )
    # Of the form that was sent: a reload must not make a second batch.
    request_key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "纸质投票码"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="code_batch_has_a_count_of_1_to_1000",
                condition=Q(count__gte=1, count__lte=MOST_CODES),
                violation_error_message="一批 1 到 1000 张。",
            ),
            models.UniqueConstraint(
                name="code_batch_label_is_unique_in_its_poll",
                fields=["poll", "label"],
                violation_error_message="这个批次名称已经用过，请换一个。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}（{self.village}）"


class PrintedCode(models.Model):
    """One code of a batch. Whether it has voted stands nowhere but in its voter key."""

    digest = models.CharField(max_length=64, primary_key=True, editable=False)
    batch = models.ForeignKey(CodeBatch, models.PROTECT, related_name="codes")

    class Meta:
        verbose_name = verbose_name_plural = "投票码"

    def __str__(self) -> str:
        return f"{self.batch}的一个码"


class PhoneCode(models.Model):
    """The code that was last sent to a telephone for a poll, and what came of it."""

    phone = models.CharField(max_length=64, primary_key=True, editable=False)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+")
    code = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    spent_at = models.DateTimeField(null=True)
    # The browser that spent it: its own second press is answered like the first.
    spent_by = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信验证码"
        constraints = [
            models.CheckConstraint(
                name="phone_code_is_tried_at_most_5_times",
                condition=Q(tries__lte=PHONE_CODE_TRIES),
            ),
            models.CheckConstraint(
                name="phone_code_is_spent_by_a_browser",
                condition=Q(spent_at=None, spent_by="")
                | (Q(spent_at__isnull=False) & ~Q(spent_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll}的一个验证码"
