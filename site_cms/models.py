"""The site's models, gathered for Django from its subjects."""

from site_cms.accounts.models import FailedSignIns, User
from site_cms.calendar.models import DayOverride
from site_cms.freshness.models import SiteChange
from site_cms.gate.models import SpentWork
from site_cms.media.models import SiteDocument, SiteImage, SiteRendition, SiteVideo
from site_cms.messaging.models import Allowance
from site_cms.pages.models import GovernmentSettings
from site_cms.pages.page_types import (
    HelpPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    NoticeIndexPage,
    NoticePage,
)
from site_cms.pages.people import PeopleIndexPage, PersonPage
from site_cms.trail.models import Decision, Proposal, TrailEntry

__all__ = [
    "Allowance",
    "DayOverride",
    "Decision",
    "FailedSignIns",
    "GovernmentSettings",
    "HelpPage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "NoticeIndexPage",
    "NoticePage",
    "PeopleIndexPage",
    "PersonPage",
    "Proposal",
    "SiteChange",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "SiteVideo",
    "SpentWork",
    "TrailEntry",
    "User",
]
