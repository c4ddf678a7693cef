"""What a result was made of, as the rows of its audit bundle: marks, acts, draws, revisions.

Judges appear by the codes of their seats alone. Everything is told as it stood at the cut:
where the log says that two people let this result stand, or at its end before they have.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from showcase.contests.models import Contest
from voting.integrity.bundle_errors import HeadMissing
from voting.integrity.bundle_queries import Plan
from voting.judging.late_models import LateSheet
from voting.judging.models import Absence, Draw, Recusal, ScoreSheet, Seat, Source, Turn
from voting.judging.services.public import opened_salt
from voting.log.models import Kind, LogEntry
from voting.results.audit_trail_queries import SeatNames
from voting.results.inputs import why_it_left
from voting.results.models import Computation, Publication
from voting.results.points_queries import points_standing
from voting.results.tie_queries import decisions_of, lots_of, promises_of
from voting.rules.exact import plain

FORMAT = "hongqi-audit-1"

Row = dict[str, Any]


def utc_text(moment: datetime | None) -> str | None:
    """A moment as the bundle spells it, in UTC and to the second."""
    return moment and moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Audited:
    """A computation, what two people made of it (None: nothing yet), and its log.

    ``earlier`` are the revisions that it follows, the provisional result first. Behind ``cut``,
    the statement with which two people let it stand, nothing counts for it.
    """

    plan: Plan
    computation: Computation
    publication: Publication | None
    earlier: tuple[Publication, ...]
    cut: int | None

    @property
    def contest(self) -> Contest:
        return self.plan.contest

    def counts(self, entry: LogEntry) -> bool:
        """Whether a statement was made before this result was agreed on."""
        return self.cut is None or entry.number < self.cut


def audited(plan: Plan, computation: Computation) -> Audited:
    """The computation with its place among the revisions of its contest.

    Errors
        :class:`HeadMissing`: two people let it stand after the last head was signed.
    """
    revisions = tuple(
        Publication.objects.of_contest(plan.contest)
        .select_related("computation__rule_sheet", "proposed_by", "confirmed_by")
        .order_by("revision")
    )
    own = [each for each in revisions if each.computation == computation]
    if not own:
        return Audited(plan, computation, None, revisions, None)
    number = own[-1].revision
    said = plan.entries.of_kind(Kind.RESULT).in_order()
    cut = next(iter(said.values_list("number", flat=True)[number:]), None)
    if cut is None:
        raise HeadMissing
    return Audited(plan, computation, own[-1], revisions[:number], cut)


def about(given: Audited) -> Row:
    """Which result it is: whose, under which hashes, by whom."""
    return _about(given.plan, given.computation, given.publication, len(given.earlier))


def _about(
    plan: Plan,
    computation: Computation,
    publication: Publication | None,
    revision: int,
) -> Row:
    return {
        "format": FORMAT,
        "contest": plan.ballot["contest"],
        "slug": plan.contest.slug,
        "practice": plan.ballot["practice"],
        "revision": revision,
        "reason": publication.reason if publication else "",
        "proposed_by": publication and str(publication.proposed_by),
        "confirmed_by": publication and str(publication.confirmed_by),
        "published_at": publication and utc_text(publication.published_at),
        "computed_at": utc_text(computation.computed_at),
        "rules_hash": computation.rule_sheet.rules_hash,
        "inputs_hash": computation.inputs_hash,
        "outcome_hash": computation.outcome_hash,
    }


def revisions(given: Audited) -> Iterator[Row]:
    """What was told before it, as far as ranks and scores go."""
    for each in given.earlier:
        ranking = each.computation.outcome["ranking"]
        yield {
            "contest": _about(given.plan, each.computation, each, each.revision),
            "ranking": [
                {
                    "entry": entry["entry"],
                    "rank": entry["rank"],
                    "total": entry["total"]["exact"],
                }
                for entry in ranking
            ],
        }


@dataclass(slots=True)
class Stood:
    """The versions and absences of one turn as they stood at one statement, by seat."""

    sheets: dict[str, int] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Locking:
    """A statement of the log about locked sheets, and what stood then."""

    entry: LogEntry
    turn: Turn
    corrections: int
    stood: Stood


@dataclass(slots=True)
class Marked:
    """Every version of every sheet of a contest, and what its log promised of them."""

    given: Audited
    names: SeatNames
    seats: dict[str, Seat]
    turns: list[Turn]
    sheets: list[ScoreSheet]
    absences: list[Absence]
    lockings: list[Locking] = field(default_factory=list)
    stood: dict[int, Stood] = field(default_factory=dict)

    def is_official(self, code: str) -> bool:
        return self.seats[code].is_official


def marked(given: Audited, names: SeatNames) -> Marked:
    contest = given.contest
    night = {"turn__round__night__contest": contest}
    found = Marked(
        given=given,
        names=names,
        seats={seat.code: seat for seat in Seat.objects.filter(night__contest=contest)},
        turns=list(
            Turn.objects.filter(round__night__contest=contest)
            .select_related("round", "entry")
            .in_order()
        ),
        sheets=list(
            ScoreSheet.objects.filter(**night)
            .select_related("seat", "turn__round", "turn__entry", "proposal")
            .order_by(
                "turn__round__code", "turn__entry__number", "seat__code", "version"
            )
        ),
        absences=list(
            Absence.objects.filter(**night)
            .select_related("seat", "turn__round", "turn__entry")
            .order_by("turn__round__code", "turn__entry__number", "seat__code", "id")
        ),
    )
    _follow_the_log(found)
    return found


def _follow_the_log(found: Marked) -> None:
    """Read every statement about sheets in order, and what it promised."""
    turns = {
        (turn.round.name, turn.order, turn.entry.number): turn for turn in found.turns
    }
    now: dict[int, Stood] = {}
    kinds = [Kind.SHEET, Kind.CORRECTED]
    entries = found.given.plan.entries.filter(kind__in=kinds).light().in_order()
    for entry in entries:
        said = entry.statement
        turn = turns.get((said["round"], said["turn"], said["entry"]))
        if turn is None:
            continue
        if entry.kind == Kind.SHEET:
            stood = _at_lock(found, turn)
        else:
            stood = _corrected(found, turn, now.get(turn.pk, Stood()), said["seat"])
        now[turn.pk] = stood
        found.lockings.append(Locking(entry, turn, said["corrections"], stood))
        if found.given.counts(entry):
            found.stood[turn.pk] = stood


def _at_lock(found: Marked, turn: Turn) -> Stood:
    stood = Stood()
    corrected: dict[str, set[datetime]] = {}
    for sheet in found.sheets:
        if sheet.turn_id != turn.pk:
            continue
        if sheet.source == Source.CORRECTION:
            corrected.setdefault(sheet.seat.code, set()).add(sheet.received_at)
        else:
            stood.sheets[sheet.seat.code] = sheet.version
    for absence in found.absences:
        code = absence.seat.code
        is_own = absence.turn_id == turn.pk and code not in stood.sheets
        if is_own and (
            absence.withdrawn_at is None
            or absence.withdrawn_at in corrected.get(code, set())
        ):
            stood.absent.add(code)
    return stood


def _corrected(found: Marked, turn: Turn, before: Stood, seat: str) -> Stood:
    """The next correction of this seat in the place of what stood."""
    after = Stood(dict(before.sheets), before.absent - {seat})
    after.sheets[seat] = next(
        (
            sheet.version
            for sheet in found.sheets
            if sheet.turn_id == turn.pk
            and sheet.seat.code == seat
            and sheet.source == Source.CORRECTION
            and sheet.version > before.sheets.get(seat, 0)
        ),
        before.sheets.get(seat, 0),
    )
    return after


def sheets(found: Marked) -> Iterator[Row]:
    """One row a version, by round, entry, seat and version."""
    first = _first_lockings(found)
    for sheet in found.sheets:
        code, turn = sheet.seat.code, sheet.turn
        stood = found.stood.get(turn.pk, Stood())
        locking = first.get((turn.pk, code, sheet.version))
        reason = sheet.proposal.reason if sheet.proposal else ""
        yield {
            "round": turn.round.code,
            "entry": turn.entry.plate,
            "seat": code,
            "version": sheet.version,
            "marks": sheet.marks,
            "source": sheet.source,
            "received": utc_text(sheet.received_at),
            "counts": stood.sheets.get(code) == sheet.version,
            "reason": found.names.hidden_in(reason),
            "log": locking
            and {"number": locking.entry.number, "salt": _salt(found, locking)},
        }


def _first_lockings(found: Marked) -> Mapping[tuple[int, str, int], Locking]:
    """The first statement in which a version of an official seat stands."""
    first: dict[tuple[int, str, int], Locking] = {}
    for locking in found.lockings:
        for code, version in locking.stood.sheets.items():
            if found.is_official(code):
                first.setdefault((locking.turn.pk, code, version), locking)
    return first


def _salt(found: Marked, locking: Locking) -> str:
    return opened_salt(
        found.given.plan.log,
        round_=locking.turn.round.code,
        entry=locking.turn.entry.number,
        corrections=locking.corrections,
    ).hex()


def acts(found: Marked) -> Iterator[Row]:
    """What else went into the marks, or was kept out of them."""
    yield from _locks(found)
    yield from _absences(found)
    yield from _recusals(found)
    yield from _withdrawals(found)
    yield from _late(found)
    yield from _points(found.given)
    yield from promises_of(found.given.contest)


def _locks(found: Marked) -> Iterator[Row]:
    for locking in found.lockings:
        stood = locking.stood
        yield {
            "act": "locked",
            "number": locking.entry.number,
            "round": locking.turn.round.code,
            "entry": locking.turn.entry.plate,
            "corrections": locking.corrections,
            "salt": _salt(found, locking),
            "sheets": [
                [code, version]
                for code, version in sorted(stood.sheets.items())
                if found.is_official(code)
            ],
            "absent": sorted(filter(found.is_official, stood.absent)),
        }


def _absences(found: Marked) -> Iterator[Row]:
    """Why a judge was away is nobody's business: the reason stays in the night's records."""
    for absence in found.absences:
        stood = found.stood.get(absence.turn_id)
        stands = absence.withdrawn_at is None or (
            stood is not None
            and absence.seat.code in stood.absent
            and absence is _last(found.absences, absence)
        )
        yield {
            "act": "absence",
            "round": absence.turn.round.code,
            "entry": absence.turn.entry.plate,
            "seat": absence.seat.code,
            "reason": "",
            "at": utc_text(absence.recorded_at),
            "withdrawn": None if stands else utc_text(absence.withdrawn_at),
        }


def _last(absences: Iterable[Absence], absence: Absence) -> Absence:
    """The latest of the same seat in the same turn."""
    same = (absence.turn_id, absence.seat_id)
    return [each for each in absences if (each.turn_id, each.seat_id) == same][-1]


def _recusals(found: Marked) -> Iterator[Row]:
    recusals = Recusal.objects.filter(seat__night__contest=found.given.contest)
    for recusal in recusals.select_related("seat", "entry").order_by(
        "seat__code", "entry__number"
    ):
        yield {
            "act": "recusal",
            "entry": recusal.entry.plate,
            "seat": recusal.seat.code,
        }


def _withdrawals(found: Marked) -> Iterator[Row]:
    at = found.given.computation.computed_at
    for entry in found.given.contest.entries.shortlisted().in_number_order():
        if entry.is_gone(at):
            yield {
                "act": "withdrawal",
                "entry": entry.plate,
                "reason": why_it_left(entry),
            }


def _late(found: Marked) -> Iterator[Row]:
    """Sheets that were kept without counting; one that was counted has a version of its own."""
    late_sheets = LateSheet.objects.filter(
        turn__round__night__contest=found.given.contest
    ).select_related("seat", "turn__round", "turn__entry", "outcome")
    for late in late_sheets.order_by("received_at", "id"):
        outcome = getattr(late, "outcome", None)
        word = "counted" if outcome and outcome.sheet_id else "filed"
        yield {
            "act": "late",
            "round": late.turn.round.code,
            "entry": late.turn.entry.plate,
            "seat": late.seat.code,
            "version": late.version,
            "marks": late.marks,
            "received": utc_text(late.received_at),
            "why": late.why,
            "outcome": word if outcome else "waiting",
            "reason": found.names.hidden_in(outcome.reason) if outcome else "",
        }


def _points(given: Audited) -> Iterator[Row]:
    """What two people put beside votes and marks, as far as it stood."""
    for points in points_standing(given.contest, until=given.cut):
        row = {
            "entry": points.entry.plate,
            "points": plain(Fraction(points.points)),
            "reason": points.reason,
            "by": [str(points.proposed_by), str(points.confirmed_by)],
        }
        if points.extra:
            yield {"act": "extra", "code": points.extra} | row
        else:
            yield {"act": "deduction"} | row


def draws(given: Audited) -> Row:
    """The order of appearance, and how equals were parted that the rules left equal."""
    at = given.computation.computed_at
    drawn = Draw.objects.filter(round__night__contest=given.contest)
    return {
        "draws": [
            {
                "round": each.round.code,
                "title": each.title,
                "listed": each.listed,
                "list_hash": each.list_hash,
                "seed": each.seed,
                "order": list(
                    each.round.turns.order_by("order").values_list(
                        "entry__number", flat=True
                    )
                ),
            }
            for each in drawn.select_related("round").order_by("round__order")
        ],
        "lots": [
            {
                "list_hashes": lot.list_hashes,
                "seed": lot.seed if lot.drawn_at and lot.drawn_at <= at else None,
            }
            for lot in lots_of(given.contest)
            if given.counts(lot.promise.log_entry)
        ],
        "decisions": [
            {"order": each.order, "by": each.decided_by, "reason": each.reason}
            for each in decisions_of(given.contest, until=given.cut)
        ],
    }
