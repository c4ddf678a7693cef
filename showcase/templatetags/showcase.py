"""What public pages show of contests, units and the ledger."""

from decimal import Decimal

from django import template
from django.utils import timezone

from showcase.contests.announcements import Station, stations
from showcase.contests.models import Contest
from showcase.contests.queries import current_contest as the_current_contest
from showcase.ledger import queries as ledger
from showcase.ledger.rules import amount
from showcase.pages import queries as pages
from showcase.pages.models import ShowcasePage
from showcase.pages.rules import Selection, order_in

register = template.Library()


@register.simple_tag
def current_contest() -> Contest | None:
    return the_current_contest()


@register.simple_tag
def contest_stations(contest: Contest) -> list[Station]:
    return stations(contest.times, now=timezone.now())


@register.simple_tag
def home_showcases(contest: Contest) -> list[ShowcasePage]:
    return pages.home_cards(contest, now=timezone.now())


@register.simple_tag(takes_context=True)
def showcase_listing(context) -> pages.Listing:
    """The list as the address of this page asks for it."""
    selection = Selection.from_address(context["request"].GET)
    return pages.listing(context["page"], selection)


@register.simple_tag
def asking(listing: pages.Listing, **changes: str) -> str:
    """The address of the list with other filters: ``{% asking listing category="" %}``."""
    return listing.selection.address(**changes)


@register.simple_tag(takes_context=True)
def carried(context) -> str:
    """What the address of a unit's page brought along from the list, ready to follow."""
    asked = context["request"].GET
    return Selection.from_address(asked).carried if order_in(asked) else ""


@register.simple_tag
def choices(listing: pages.Listing, name: str, label_of_all: str) -> list[dict]:
    """The chips of one filter. Pressing the one that is on takes it off."""
    offered = listing.categories if name == "category" else listing.sectors
    everything = {
        "label": label_of_all,
        "url": listing.selection.address(**{name: ""}),
        "current": not any(choice.current for choice in offered),
        "count": listing.total,
    }
    return [
        everything,
        *(
            {
                "label": choice.label,
                "url": listing.selection.address(**{name: choice.value}),
                "current": choice.current,
                "count": choice.count,
            }
            for choice in offered
        ),
    ]


@register.simple_tag
def ledger_totals() -> ledger.Totals:
    return ledger.totals(timezone.localdate())


@register.simple_tag
def unit_deeds(page: ShowcasePage) -> ledger.UnitDeeds:
    return ledger.unit_deeds(page.entry, page.poll_opening, now=timezone.now())


@register.filter
def keywords(page: ShowcasePage) -> str:
    sectors = [sector.name for sector in page.sectors_shown]
    unit = page.entry.unit
    return ",".join([unit.short_name, *sectors, unit.get_category_display()])


@register.filter
def sector_names(page: ShowcasePage) -> list[str]:
    names = [sector.name for sector in page.sectors_shown]
    return [*names, page.entry.gone] if page.entry.gone else names


@register.filter
def population(people: int) -> str:
    """7.1 万人; below ten thousand the number itself."""
    if people < 10_000:
        return f"{people} 人"
    return f"{amount(Decimal(people // 1000) / 10)} 万人"
