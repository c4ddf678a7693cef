"""The site's hooks into Wagtail's admin, gathered from its subjects."""

from site_cms.accounts import wagtail_hooks

__all__ = ["wagtail_hooks"]
