"""The site's models, gathered for Django from its subjects."""

from site_cms.accounts.models import FailedSignIns, User
from site_cms.media.models import SiteDocument, SiteImage, SiteRendition
from site_cms.pages.models import GovernmentSettings
from site_cms.trail.models import Decision, Proposal, TrailEntry

__all__ = [
    "Decision",
    "FailedSignIns",
    "GovernmentSettings",
    "Proposal",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "TrailEntry",
    "User",
]
