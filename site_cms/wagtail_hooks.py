"""The site's hooks into Wagtail's admin, gathered from its subjects."""

from site_cms.accounts import wagtail_hooks as accounts
from site_cms.media import wagtail_hooks as media
from site_cms.pages import wagtail_hooks as pages

__all__ = ["accounts", "media", "pages"]
