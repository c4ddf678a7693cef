"""What is evaluated: units, contests, entries, deeds."""

from showcase.contests.models import Contest, Entry
from showcase.ledger.models import Deed
from showcase.units.models import Category, Unit
from tests.factories.moments import DAY, HOUR, NOW
from tests.factories.numbers import next_number


def make_unit(**fields) -> Unit:
    number = next_number()
    defaults = {
        "code": f"u{number}",
        "name": f"第 {number} 单位",
        "short_name": f"单位 {number}",
        "category": Category.DEPARTMENT,
        "population_served": 20_000,
        "headcount": 50,
    }
    return Unit.objects.create(**defaults | fields)


def make_contest(**fields) -> Contest:
    """A real contest whose poll is open at ``NOW`` by its times."""
    defaults = {
        "slug": f"contest-{next_number()}",
        "name": "红旗争夺赛",
        "county": "临河县",
        "poll_opens_at": NOW - HOUR,
        "poll_closes_at": NOW + HOUR,
    }
    return Contest.objects.create(**defaults | fields)


def make_entry(**fields) -> Entry:
    """A shortlisted entry with the next number of its contest."""
    if "contest" not in fields:
        fields["contest"] = make_contest()
    if "unit" not in fields:
        fields["unit"] = make_unit()
    taken = fields["contest"].entries.exclude(number=None).order_by("-number").first()
    defaults = {"number": taken.number + 1 if taken else 1, "shortlisted_at": NOW - DAY}
    return Entry.objects.create(**defaults | fields)


def make_deed(**fields) -> Deed:
    if "unit" not in fields:
        fields["unit"] = make_unit()
    defaults = {
        "title": "整修村道",
        "leader": "李某某",
        "target": 10,
        "measure": "公里",
        "due_on": (NOW + DAY).date(),
        "state": "in_progress",
    }
    return Deed.objects.create(**defaults | fields)
