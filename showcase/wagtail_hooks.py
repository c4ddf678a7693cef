"""The package's hooks into Wagtail's admin, gathered from its subjects."""

from showcase.nominations import admin as nominations
from showcase.pages import (
    admin as pages,
)
from showcase.pages import (
    corrections_admin,
    freeze_admin,
    moderation_admin,
)
from showcase.reviews import admin as reviews

__all__ = [
    "corrections_admin",
    "freeze_admin",
    "moderation_admin",
    "nominations",
    "pages",
    "reviews",
]
