"""The models of what is evaluated, gathered for Django from its subjects."""

from showcase.contests.models import Contest, Entry, Opening
from showcase.ledger.models import Deed
from showcase.nominations.models import Evidence, Nomination
from showcase.pages.corrections_models import PageCorrection
from showcase.pages.models import Sector, ShowcaseIndexPage, ShowcasePage
from showcase.pages.moderation_models import PageReview, PageReviewState
from showcase.units.models import Affiliation, Branch, Unit

__all__ = [
    "Affiliation",
    "Branch",
    "Contest",
    "Deed",
    "Entry",
    "Evidence",
    "Nomination",
    "Opening",
    "PageCorrection",
    "PageReview",
    "PageReviewState",
    "Sector",
    "ShowcaseIndexPage",
    "ShowcasePage",
    "Unit",
]
