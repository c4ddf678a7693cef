"""The package's hooks into Wagtail's admin, gathered from its subjects."""

from showcase.nominations import admin as nominations
from showcase.pages import admin as pages

__all__ = ["nominations", "pages"]
