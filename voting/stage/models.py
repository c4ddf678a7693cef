"""What the night's screens show. Which unit is on stage is judging's row; this is the scene."""

from django.db import models
from django.db.models import Q

from voting.judging.models import Night


class Scene(models.TextChoices):
    WAITING = "waiting", "等待"
    ENTRY = "entry", "单位"
    SCORES = "scores", "亮分"
    ORDER = "order", "顺序"
    DRAW = "draw", "抽签"
    BLACK = "black", "黑屏"


class Show(models.Model):
    """The scene on every screen of one night, and the address at which screens look."""

    night = models.OneToOneField(
        Night, models.PROTECT, related_name="show", verbose_name="现场评比会"
    )
    token = models.CharField("大屏地址", max_length=40, unique=True, editable=False)
    scene = models.CharField("画面", max_length=8, choices=Scene, default=Scene.WAITING)
    before_black = models.CharField(
        max_length=8, choices=Scene, default=Scene.WAITING, editable=False
    )

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
        ]

    def __str__(self) -> str:
        return f"{self.night} {self.get_scene_display()}"
