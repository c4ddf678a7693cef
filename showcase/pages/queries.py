"""Reads of the showcase: the list as one visitor asked for it, and the cards of the home page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page as PageOfList
from django.core.paginator import Paginator

from showcase.contests.models import Contest
from showcase.contests.queries import entries_in_order
from showcase.pages.models import ShowcaseIndexPage, ShowcasePage
from showcase.pages.renditions import CARD
from showcase.pages.rules import Selection, order_of_the_hour
from showcase.units.models import Category
from site_cms.pages.renditions import fetch_renditions
from site_cms.pages.search_text import asked

CARDS_A_PAGE = 30
CARDS_ON_HOME = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: how many cards it leaves, and whether it is on."""

    value: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The list as a visitor asked for it, and what else could be asked."""

    selection: Selection
    page: PageOfList
    total: int
    categories: list[Choice]
    sectors: list[Choice]

    @property
    def found(self) -> int:
        return self.page.paginator.count

    @property
    def sector(self) -> str:
        """The sector that is filtered by, if there is such a sector."""
        return next((choice.label for choice in self.sectors if choice.current), "")

    @property
    def nothing_found(self) -> str:
        query = self.selection.query
        return f"没有找到“{query}”" if query else "这里没有单位"

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter that exists leaves something out."""
        return bool(self.selection.query) or any(
            choice.current for choice in [*self.categories, *self.sectors]
        )


def listing(index: ShowcaseIndexPage, selection: Selection) -> Listing:
    every = ordered(index.contest, selection.order, _shown(index.contest))
    categories = _categories(every, selection.category)
    sectors = _sectors(every, selection.sector)
    page = Paginator(_selected(every, selection), CARDS_A_PAGE).get_page(selection.page)
    page.object_list = with_pictures(page.object_list)
    return Listing(
        selection=selection,
        page=page,
        total=len(every),
        categories=categories,
        sectors=sectors,
    )


def shown_page(index: str, plate: str) -> ShowcasePage | None:
    """The page of a unit by the two parts of its address."""
    pages = ShowcasePage.objects.shown().with_entry()
    return pages.filter(
        entry__contest__showcase__slug=index, entry__contest__showcase__live=True
    ).of_plate(plate)


def beside(page: ShowcasePage, selection: Selection, step: str) -> str:
    """The address, below the list's, of what stands ``next`` to a unit or ``previous``.

    The list is a ring. Any other step leads to the unit's place in the list itself.
    """
    contest, plate = page.entry.contest, page.entry.plate
    every = ordered(contest, selection.order, _shown(contest))
    cards = _selected(every, selection)
    if page not in cards or (len(cards) == 1 and step != "list"):
        selection, cards = selection.everything, every
    at = cards.index(page)
    if step == "list":
        number = at // CARDS_A_PAGE + 1
        return f"{selection.address(page=str(number) if number > 1 else '')}#u{plate}"
    neighbour = cards[(at + (1 if step == "next" else -1)) % len(cards)]
    return f"{neighbour.entry.plate}/{selection.carried}"


def home_cards(contest: Contest, *, now: datetime) -> list[ShowcasePage]:
    """A few units for the home page, others each hour."""
    cards = ordered(contest, order_of_the_hour(now), _shown(contest))
    return with_pictures(cards[:CARDS_ON_HOME])


def cards_by_entry(contest: Contest) -> dict[int, ShowcasePage]:
    """The published card of each entry that has one, with its picture."""
    return {card.entry_id: card for card in with_pictures(_shown(contest))}


def ordered(
    contest: Contest, order: str, cards: Iterable[ShowcasePage]
) -> list[ShowcasePage]:
    """Cards in one of the sixteen orders; whoever has no page yet moves nobody."""
    places = entries_in_order(contest, order)
    return sorted(cards, key=lambda card: places.index(card.entry_id))


def with_pictures(cards: list[ShowcasePage]) -> list[ShowcasePage]:
    fetch_renditions([card.cover for card in cards], CARD)
    return cards


def _shown(contest: Contest) -> list[ShowcasePage]:
    return list(ShowcasePage.objects.shown().of_contest(contest).as_cards())


def _selected(every: list[ShowcasePage], selection: Selection) -> list[ShowcasePage]:
    """What search and filters leave, in the order it came; an unknown filter is none."""
    category = selection.category if selection.category in _of_units(every) else ""
    sector = selection.sector if selection.sector in _of_pages(every) else ""
    return [
        card
        for card in _matching(every, selection)
        if category in {"", card.entry.unit.category}
        and sector in {"", *(each.name for each in card.sectors.all())}
    ]


def _of_units(cards: list[ShowcasePage]) -> set[str]:
    return {card.entry.unit.category for card in cards}


def _of_pages(cards: list[ShowcasePage]) -> set[str]:
    return {sector.name for card in cards for sector in card.sectors.all()}


def _matching(cards: list[ShowcasePage], selection: Selection) -> list[ShowcasePage]:
    """Cards with that number, or whose text has all the words."""
    if not selection.query:
        return cards
    numbered = [card for card in cards if card.entry.number == selection.number]
    if numbered:
        return numbered
    if not asked(selection.query):
        return []
    pages = ShowcasePage.objects.filter(pk__in=[card.pk for card in cards])
    found = pages.search(selection.query, operator="and", order_by_relevance=False)
    matching = {page.pk for page in found}
    return [card for card in cards if card.pk in matching]


def _categories(cards: list[ShowcasePage], asked_for: str) -> list[Choice]:
    of_cards = [card.entry.unit.category for card in cards]
    return [
        Choice(
            category, category.label, of_cards.count(category), category == asked_for
        )
        for category in Category
        if category in of_cards
    ]


def _sectors(cards: list[ShowcasePage], asked_for: str) -> list[Choice]:
    of_cards = [sector for card in cards for sector in card.sectors.all()]
    known = sorted(set(of_cards), key=lambda sector: (sector.place, sector.pk))
    return [
        Choice(each.name, each.name, of_cards.count(each), each.name == asked_for)
        for each in known
    ]
