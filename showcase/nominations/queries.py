"""Reads about nominations: one unit's, and all of a contest at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from showcase.contests.models import Contest, Entry
from showcase.contests.queries import current_contest
from showcase.nominations.models import Evidence, Nomination, NominationVersion
from showcase.nominations.rules import (
    Missing,
    State,
    days_left,
    deadline_of,
    missing,
    state_at,
    state_of,
)
from showcase.units.models import Category, Unit
from site_cms.accounts.models import User
from site_cms.media.models import SiteDocument, SiteImage
from site_cms.trail.models import TrailEntry

_SHOWN_OF_COLLECTION = 48


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the nomination of an entry stands at a moment, and what may be done with it."""

    entry: Entry
    nomination: Nomination | None
    state: State
    deadline: datetime | None
    now: datetime

    @property
    def contest(self) -> Contest:
        return self.entry.contest

    @property
    def unit(self) -> Unit:
        return self.entry.unit

    @property
    def is_submitted(self) -> bool:
        return self.state == State.SUBMITTED

    @property
    def is_returned(self) -> bool:
        """Also when the time for handing it in again has passed."""
        return self.nomination is not None and self.nomination.returned_at is not None

    @property
    def has_opened(self) -> bool:
        opens_at = self.contest.nomination_opens_at
        return opens_at is not None and opens_at <= self.now

    @property
    def in_time(self) -> bool:
        """Whether the unit may submit and withdraw now."""
        is_before = self.deadline is not None and self.now < self.deadline
        return self.has_opened and is_before

    @property
    def may_write(self) -> bool:
        """A draft may also be kept after the deadline: an extension may come."""
        is_alive = self.contest.archived_at is None
        return self.has_opened and is_alive and not self.is_submitted

    @property
    def days_left(self) -> int | None:
        """None: there is nothing left to wait for."""
        if not self.in_time:
            return None
        return days_left(
            timezone.localdate(self.deadline), timezone.localdate(self.now)
        )

    @property
    def is_extended(self) -> bool:
        return self.deadline != self.contest.nomination_closes_at

    @property
    def was_late(self) -> bool:
        """Submitted after the common deadline, inside an extension of its own."""
        closes_at = self.contest.nomination_closes_at
        return (
            self.is_submitted
            and self.is_extended
            and self.nomination.submitted_at >= closes_at
        )

    @property
    def saved_at(self) -> datetime | None:
        return self.nomination.saved_at if self.nomination else None

    @property
    def contact_name(self) -> str:
        """Of the nomination, or else of the unit."""
        given = self.nomination.contact_name if self.nomination else ""
        return given or self.unit.contact_name

    @property
    def contact_phone(self) -> str:
        given = self.nomination.contact_phone if self.nomination else ""
        return given or self.unit.contact_phone


def nomination_of(entry: Entry) -> Nomination | None:
    """Without a query where it was fetched with the entry."""
    return getattr(entry, "nomination", None)


def standing_of(entry: Entry, *, now: datetime) -> Standing:
    """The state of a unit's nomination at a moment."""
    nomination = nomination_of(entry)
    deadline = deadline_of(
        entry.contest.nomination_closes_at,
        nomination.extended_until if nomination else None,
    )
    state = (
        nomination.state
        if nomination
        else state_of(submitted_at=None, returned_at=None, is_begun=False)
    )
    return Standing(
        entry=entry,
        nomination=nomination,
        state=state_at(state, deadline=deadline, now=now),
        deadline=deadline,
        now=now,
    )


def entries_to_nominate() -> QuerySet[Entry]:
    """Entries of contests that have a time for nominations, with all that is shown of them."""
    return Entry.objects.filter(
        contest__nomination_opens_at__isnull=False
    ).select_related(
        "contest", "unit", "nomination__saved_by", "nomination__returned_by"
    )


def entries_written_by(user: User) -> QuerySet[Entry]:
    """Those of the units whose desk this person sits at."""
    units = Unit.objects.edited_by(user)
    return entries_to_nominate().filter(unit__in=units).order_by("-contest_id", "pk")


def contents_of(nomination: Nomination) -> list[dict[str, Any]]:
    """The evidence as plain values: what is kept for good at a submission."""
    evidence = nomination.evidence.select_related("image", "document")
    return [
        {
            "id": each.pk,
            "kind": "image" if each.image_id else "document",
            "file": each.file.pk,
            "title": each.file.title,
            "hash": each.file.get_file_hash(),
            "caption": each.caption,
        }
        for each in evidence
    ]


def content_of(nomination: Nomination | None, unit: Unit) -> dict[str, Any]:
    """What the nomination says now. One that was not begun has the unit's contact."""
    if nomination is None or nomination.saved_at is None:
        return {
            "statement": "",
            "figures": [],
            "contact_name": unit.contact_name,
            "contact_phone": unit.contact_phone,
            "evidence": [],
        }
    return {
        "statement": nomination.statement,
        "figures": nomination.figures,
        "contact_name": nomination.contact_name,
        "contact_phone": nomination.contact_phone,
        "evidence": contents_of(nomination),
    }


def still_missing(standing: Standing) -> list[Missing]:
    return missing(content_of(standing.nomination, standing.unit))


def versions_of(nomination: Nomination | None) -> list[NominationVersion]:
    """Every submission, the latest first."""
    if nomination is None:
        return []
    return list(nomination.versions.select_related("submitted_by").order_by("-number"))


def history_of(nomination: Nomination | None) -> list[TrailEntry]:
    """What was done with it and by whom, the latest first."""
    if nomination is None:
        return []
    entries = TrailEntry.objects.about(nomination)
    return list(entries.select_related("by").order_by("-pk"))


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A piece of evidence as it was handed in. ``file`` is None if it is no longer there."""

    said: Mapping[str, Any]
    file: SiteImage | SiteDocument | None

    @property
    def is_image(self) -> bool:
        return self.said["kind"] == "image"

    @property
    def was_exchanged(self) -> bool:
        """Whether the library holds another file now than the one that was handed in."""
        return self.file is not None and self.file.get_file_hash() != self.said["hash"]


def files_of(content: Mapping[str, Any]) -> list[SubmittedFile]:
    ids = {
        kind: [each["file"] for each in content["evidence"] if each["kind"] == kind]
        for kind in ("image", "document")
    }
    images = SiteImage.objects.prefetch_renditions(THUMBNAIL).in_bulk(ids["image"])
    documents = SiteDocument.objects.in_bulk(ids["document"])
    found = {"image": images, "document": documents}
    return [
        SubmittedFile(each, found[each["kind"]].get(each["file"]))
        for each in content["evidence"]
    ]


THUMBNAIL = "max-360x360|format-jpeg"


@dataclass(frozen=True, slots=True)
class Offered:
    """What may still be chosen from the unit's own collection."""

    images: list[SiteImage]
    documents: list[SiteDocument]

    def __bool__(self) -> bool:
        return bool(self.images or self.documents)


def offered_to(unit: Unit, nomination: Nomination | None) -> Offered:
    """The latest files of the unit's collection that are not evidence yet."""
    if unit.collection_id is None:
        return Offered([], [])
    used = Evidence.objects.filter(nomination=nomination)
    images = (
        SiteImage.objects.filter(collection=unit.collection_id)
        .exclude(pk__in=used.exclude(image=None).values("image"))
        .prefetch_renditions(THUMBNAIL)
        .order_by("-pk")
    )
    documents = (
        SiteDocument.objects.filter(collection=unit.collection_id)
        .exclude(pk__in=used.exclude(document=None).values("document"))
        .order_by("-pk")
    )
    return Offered(
        list(images[:_SHOWN_OF_COLLECTION]), list(documents[:_SHOWN_OF_COLLECTION])
    )


def document_of(nomination: Nomination, document_id: int) -> SiteDocument | None:
    """A file that is, or was at some submission, evidence of this nomination."""
    document = SiteDocument.objects.filter(pk=document_id).first()
    if document is None or nomination.evidence.filter(document=document).exists():
        return document
    was_handed_in = any(
        each["kind"] == "document" and each["file"] == document.pk
        for version in nomination.versions.all()
        for each in version.content["evidence"]
    )
    return document if was_handed_in else None


@dataclass(frozen=True, slots=True)
class Selection:
    """What the office asked the overview for. Rubbish counts as not asked."""

    state: str = ""
    category: str = ""
    query: str = ""

    @classmethod
    def from_address(cls, params: Mapping[str, str]) -> "Selection":
        query = "".join(char for char in params.get("q", "") if char.isprintable())
        state, category = params.get("state", ""), params.get("category", "")
        return cls(
            state=state if state in list(State) else "",
            category=category if category in Category.values else "",
            query=query.strip()[:60],
        )

    def admits(self, standing: Standing) -> bool:
        unit = standing.unit
        return (
            self.state in {"", standing.state}
            and self.category in {"", unit.category}
            and any(
                self.query.lower() in said.lower()
                for said in (unit.name, unit.short_name, unit.code)
            )
        )


@dataclass(frozen=True, slots=True)
class Overview:
    """All units of a contest: how far each is, and how many are how far."""

    contest: Contest
    selection: Selection
    rows: list[Standing]
    every: list[Standing]

    @property
    def counts(self) -> list[tuple[State, int]]:
        return [(state, self.count(state)) for state in State]

    def count(self, state: State) -> int:
        return sum(row.state == state for row in self.every)

    @property
    def submitted(self) -> int:
        return self.count(State.SUBMITTED)

    @property
    def outstanding(self) -> list[Standing]:
        """Who is to be reminded."""
        return [row for row in self.rows if not row.is_submitted]


def overview(contest: Contest, selection: Selection, *, now: datetime) -> Overview:
    """By category and code; one query, however many units there are."""
    entries = (
        Entry.objects.filter(contest=contest)
        .select_related("contest", "unit", "nomination")
        .order_by("unit__code")
    )
    places = {category: place for place, category in enumerate(Category.values)}
    every = sorted(
        (standing_of(entry, now=now) for entry in entries),
        key=lambda standing: places[standing.unit.category],
    )
    rows = [row for row in every if selection.admits(row)]
    return Overview(contest, selection, rows, every)


def contests_with_nominations() -> list[Contest]:
    """What the office may look at, the latest first."""
    contests = Contest.objects.exclude(nomination_opens_at=None)
    return list(contests.order_by("-nomination_opens_at", "-pk"))


def contest_to_oversee(slug: str = "") -> Contest | None:
    """The contest that was asked for, or the one that the site is about now."""
    contests = contests_with_nominations()
    asked = next((each for each in contests if each.slug == slug), None)
    if asked:
        return asked
    current = current_contest()
    return current if current in contests else next(iter(contests), None)
