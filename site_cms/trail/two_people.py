"""What a row holds that one person proposed and another confirmed."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q


class ByTwoPeople(models.Model):
    """Its two people. Each model adds :func:`by_two_people` under a name of its own."""

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="提出人",
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="复核人",
    )

    class Meta:
        abstract = True


def by_two_people(name: str) -> CheckConstraint:
    """That they are two."""
    return CheckConstraint(
        name=name,
        condition=~Q(confirmed_by=F("proposed_by")),
        violation_error_message="提出人不能复核自己提出的事项，请另一位有权限的人复核。",
    )
