"""The package's hooks into Wagtail's admin, gathered from its subjects."""

from showcase.pages import admin

__all__ = ["admin"]
