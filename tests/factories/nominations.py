"""Units that may enter a contest, at their desks, with what they hand in."""

from django.contrib.auth.models import Group
from wagtail.models import Collection

from showcase.contests.models import Contest, Entry
from showcase.nominations.models import Nomination
from showcase.nominations.rules import Draft
from showcase.nominations.services import add_evidence, save_draft, submit_nomination
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from tests.factories.moments import DAY, NOW
from tests.factories.people import make_operator
from tests.factories.showcase import make_contest, make_entry, make_unit
from tests.pictures import make_image

FIGURE = {
    "label": "整修村道",
    "value": "12.6",
    "unit": "公里",
    "period": "2026 年上半年",
    "source": "县交通运输局台账",
}
STATEMENT = "九个村街的人出门不再踩泥。\n路修到了每户门前。"


def make_nominating(**fields) -> Contest:
    """A contest that units may enter at ``NOW``, for one more day."""
    defaults = {
        "nomination_opens_at": NOW - DAY,
        "nomination_closes_at": NOW + DAY,
        "first_review_closes_at": NOW + 10 * DAY,
        "poll_opens_at": NOW + 30 * DAY,
        "poll_closes_at": NOW + 40 * DAY,
    }
    return make_contest(**defaults | fields)


def make_desk(contest: Contest | None = None, **fields) -> Entry:
    """The entry of a unit that has its group and its collection, not shortlisted."""
    unit = make_unit(
        **{"contact_name": "张某某", "contact_phone": "0319-7654321"} | fields
    )
    unit.group = Group.objects.create(name=f"单位 {unit.code}")
    unit.collection = _root_collection().add_child(name=unit.code)
    unit.save()
    contest = contest or make_nominating()
    return make_entry(contest=contest, unit=unit, number=None, shortlisted_at=None)


def _root_collection() -> Collection:
    """Wagtail's migration makes it; a test that empties the tables takes it away."""
    return Collection.get_first_root_node() or Collection.add_root(name="Root")


def make_editor(entry: Entry) -> User:
    """Somebody who sits at the desk of the entry's unit."""
    user = make_operator(Role.UNIT_EDITOR)
    user.groups.add(entry.unit.group)
    return user


def make_words(**changed) -> Draft:
    defaults = {
        "statement": STATEMENT,
        "figures": [FIGURE],
        "contact_name": "张某某",
        "contact_phone": "0319-7654321",
        "captions": {},
    }
    return Draft(**defaults | changed)


def make_nomination(entry: Entry | None = None, *, now=NOW, **changed) -> Nomination:
    """A draft in which nothing is missing."""
    entry = entry or make_desk()
    image = make_image()
    image.collection = entry.unit.collection
    image.save()
    add_evidence(by=None, entry=entry, image=image, caption="新路", now=now)
    revision = Nomination.objects.get(entry=entry).revision
    return save_draft(
        by=None, entry=entry, draft=make_words(**changed), revision=revision, now=now
    )


def make_submitted(entry: Entry | None = None, *, now=NOW, **changed) -> Nomination:
    nomination = make_nomination(entry, now=now, **changed)
    submit_nomination(
        by=None, entry=nomination.entry, revision=nomination.revision, now=now
    )
    return Nomination.objects.get(pk=nomination.pk)
