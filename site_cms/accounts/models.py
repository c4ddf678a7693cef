from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in. Citizens and judges never do."""

    must_change_password = models.BooleanField(
        "下次登录须改密码", default=False, help_text="首次登录信上的密码只能用一次。"
    )

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """Surname first, no space, as names are written in Chinese."""
        return f"{self.last_name}{self.first_name}".strip()
