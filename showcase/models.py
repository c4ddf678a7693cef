"""The models of what is evaluated, gathered for Django from its subjects."""

from showcase.contests.models import Contest, Entry, Opening
from showcase.ledger.models import Deed
from showcase.pages.models import Sector, ShowcaseIndexPage, ShowcasePage
from showcase.units.models import Unit

__all__ = [
    "Contest",
    "Deed",
    "Entry",
    "Opening",
    "Sector",
    "ShowcaseIndexPage",
    "ShowcasePage",
    "Unit",
]
