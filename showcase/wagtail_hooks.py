"""The package's hooks into Wagtail's admin, gathered from its subjects."""

from showcase.pages import admin, corrections_admin, freeze_admin, moderation_admin

__all__ = ["admin", "corrections_admin", "freeze_admin", "moderation_admin"]
