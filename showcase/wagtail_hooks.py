"""The package's hooks into Wagtail's admin, gathered from its subjects."""

from showcase.pages import admin
from showcase.reviews import admin as reviews

__all__ = ["admin", "reviews"]
