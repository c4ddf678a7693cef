"""The models of what is evaluated, gathered for Django from its subjects."""

from showcase.contests.models import Contest, Entry, Opening
from showcase.ledger.models import Deed
from showcase.nominations.models import Evidence, Nomination, NominationVersion
from showcase.pages.corrections_models import PageCorrection
from showcase.pages.models import Sector, ShowcaseIndexPage, ShowcasePage
from showcase.pages.moderation_models import PageReview, PageReviewState
from showcase.reviews.models import (
    Release,
    Review,
    ReviewRound,
    ReviewVersion,
    SelectedEntry,
    Selection,
)
from showcase.units.models import Affiliation, Branch, Unit

__all__ = [
    "Affiliation",
    "Branch",
    "Contest",
    "Deed",
    "Entry",
    "Evidence",
    "Nomination",
    "NominationVersion",
    "Opening",
    "PageCorrection",
    "PageReview",
    "PageReviewState",
    "Release",
    "Review",
    "ReviewRound",
    "ReviewVersion",
    "Sector",
    "SelectedEntry",
    "Selection",
    "ShowcaseIndexPage",
    "ShowcasePage",
    "Unit",
]
