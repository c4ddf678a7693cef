from django.db import models


class Category(models.TextChoices):
    TOWNSHIP = "township", "乡镇（园区）"
    DEPARTMENT = "department", "县直部门"
    INSTITUTION = "institution", "企事业单位"


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
