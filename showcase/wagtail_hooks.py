"""The package's hooks into Wagtail's admin, gathered from its subjects."""

from showcase.contests import withdrawal_admin as withdrawals
from showcase.nominations import admin as nominations
from showcase.pages import admin as pages
from showcase.pages.corrections import admin as corrections
from showcase.pages.freeze import admin as freeze
from showcase.pages.moderation import admin as moderation
from showcase.reviews import admin as reviews

__all__ = [
    "corrections",
    "freeze",
    "moderation",
    "nominations",
    "pages",
    "reviews",
    "withdrawals",
]
