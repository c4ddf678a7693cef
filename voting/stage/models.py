"""What the night's screens show. Which unit is on stage is judging's row; this is the scene."""

from typing import Self

from django.db import models
from django.db.models import Q

from voting.judging.models import Night, Turn


class Scene(models.TextChoices):
    WAITING = "waiting", "等待"
    ENTRY = "entry", "单位"
    SCORES = "scores", "亮分"
    ORDER = "order", "顺序"
    DRAW = "draw", "抽签"
    REVEAL = "reveal", "揭晓"
    WALL = "wall", "红旗"
    BLACK = "black", "黑屏"


class ShowQuerySet(models.QuerySet):
    def with_what_is_shown(self) -> Self:
        """With the rows that every picture is made of."""
        return self.select_related(
            "night__contest",
            "night__current_turn__entry__unit",
            "night__current_turn__round",
            "night__current_turn__lock",
        )


class Show(models.Model):
    """The scene on every screen of one night, and the address at which screens look.

    ``slide`` counts from 1 through what the unit shows of itself, for one turn only; 0 is its card.
    """

    night = models.OneToOneField(
        Night, models.PROTECT, related_name="show", verbose_name="现场评比会"
    )
    token = models.CharField("大屏地址", max_length=40, unique=True, editable=False)
    scene = models.CharField("画面", max_length=8, choices=Scene, default=Scene.WAITING)
    before_black = models.CharField(
        max_length=8, choices=Scene, default=Scene.WAITING, editable=False
    )
    slide = models.PositiveSmallIntegerField("第几张", default=0, editable=False)
    slide_turn = models.ForeignKey(
        Turn, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    slide_at = models.DateTimeField("翻到的时间", null=True, blank=True, editable=False)
    is_still = models.BooleanField("动画关闭", default=False, editable=False)

    objects = ShowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "大屏"
        constraints = [
            models.CheckConstraint(
                name="show_scene_is_known", condition=Q(scene__in=Scene.values)
            ),
            models.CheckConstraint(
                name="show_comes_back_from_black_to_a_picture",
                condition=~Q(before_black=Scene.BLACK),
            ),
            models.CheckConstraint(
                name="slide_belongs_to_a_turn",
                condition=Q(slide=0)
                | Q(slide_turn__isnull=False, slide_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.night} {self.get_scene_display()}"


class Snapshot(models.Model):
    """One picture as every screen gets it, drawn once by whichever process was asked first.

    ``depends_on`` names what it was drawn from; the constraint is what makes a second one wait.
    """

    show = models.ForeignKey(Show, models.CASCADE, related_name="snapshots")
    depends_on = models.CharField(max_length=64)
    body = models.TextField("画面")
    drawn_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "大屏画面"
        ordering = ["show", "id"]
        constraints = [
            models.UniqueConstraint(
                name="picture_is_drawn_once_for_each_change",
                fields=["show", "depends_on"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.show} {self.drawn_at:%H:%M:%S}"
