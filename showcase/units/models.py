from typing import Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from wagtail.models import Collection

from site_cms.accounts.models import User


class Category(models.TextChoices):
    TOWNSHIP = "township", "乡镇（园区）"
    DEPARTMENT = "department", "县直部门"
    INSTITUTION = "institution", "企事业单位"


class UnitQuerySet(models.QuerySet):
    def edited_by(self, user: User) -> Self:
        """The units whose desk this person sits at."""
        return self.filter(group__user=user)


class Unit(models.Model):
    """An organisation that may enter contests, year after year."""

    code = models.SlugField(
        "单位代码", max_length=12, unique=True, help_text="县内统一，例如 J07。"
    )
    name = models.CharField("单位名称", max_length=60, unique=True)
    short_name = models.CharField("简称", max_length=20)
    category = models.CharField("类别", max_length=12, choices=Category)
    population_served = models.PositiveIntegerField(
        "服务人口", help_text="人；民意测评票数的参考。"
    )
    headcount = models.PositiveIntegerField("在编人数", help_text="人。")
    contact_name = models.CharField("联系人", max_length=20, blank=True)
    contact_phone = models.CharField(
        "联系电话", max_length=30, blank=True, help_text="只给工作人员看，不公开。"
    )
    group = models.OneToOneField(
        Group,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="unit",
        verbose_name="编辑组",
    )
    collection = models.OneToOneField(
        Collection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="unit",
        verbose_name="图片文件夹",
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="unit_category_is_known",
                condition=models.Q(category__in=Category.values),
                violation_error_message="请选择单位类别。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """A party branch or office inside a unit, the first of the three levels of sign-off."""

    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="branches", verbose_name="单位"
    )
    name = models.CharField("支部（站所）", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "支部（站所）"
        ordering = ["unit", "id"]
        constraints = [
            models.UniqueConstraint(
                name="branch_name_is_unique_in_its_unit",
                fields=["unit", "name"],
                violation_error_message="这个单位已经有同名的支部（站所）。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """Where a person works. Nobody reviews the unit that pays them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="affiliation",
        verbose_name="人员",
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="affiliations", verbose_name="所在单位"
    )

    class Meta:
        verbose_name = verbose_name_plural = "所在单位"

    def __str__(self) -> str:
        return f"{self.user}：{self.unit}"
