"""What the public log says of the night: that sheets are locked, never what stands on them.

A digest with a salt promises the sheets; marks and salt are shown with the result. The salt
is made from the log's key, so that few possible marks cannot be tried one after the other.
"""

from datetime import datetime
from hashlib import sha256

from site_cms.accounts.models import User
from voting.judging.models import Absence, ScoreSheet, Source, Turn
from voting.judging.rules import sheets_text
from voting.log.models import Kind, Log
from voting.log.services import append, promised_salt, statement_salt


def say_locked(turn: Turn, *, by: list[User], now: datetime) -> None:
    """Call it last: the log is locked from here on."""
    _say(turn, Kind.SHEET, {}, by=by, now=now)


def say_corrected(
    turn: Turn, sheet: ScoreSheet, *, by: list[User], now: datetime
) -> None:
    """Call it last: the log is locked from here on."""
    _say(turn, Kind.CORRECTED, {"seat": sheet.seat.code}, by=by, now=now)


def _say(turn: Turn, kind: str, facts: dict, *, by: list[User], now: datetime) -> None:
    contest = turn.round.night.contest
    corrections = ScoreSheet.objects.filter(turn=turn, source=Source.CORRECTION).count()
    parts = _parts(turn.round.code, turn.entry.number, corrections)
    salt = statement_salt(contest=contest, now=now, parts=parts)
    append(
        contest=contest,
        kind=kind,
        statement=facts
        | {
            "round": turn.round.name,
            "turn": turn.order,
            "entry": turn.entry.number,
            "corrections": corrections,
            "digest": sha256(salt + locked_text(turn).encode()).hexdigest(),
            "by": [str(person) for person in by],
        },
        now=now,
    )


def opened_salt(log: Log, *, round_: str, entry: int, corrections: int) -> bytes:
    """The salt of a statement about locked sheets, for whoever may see what stands on them."""
    return promised_salt(log, _parts(round_, entry, corrections))


def _parts(round_: str, entry: int, corrections: int) -> list[str]:
    return ["sheets", round_, str(entry), str(corrections)]


def locked_text(turn: Turn) -> str:
    """The sheets of a turn that stand now, spelled the one way that the digest is made of."""
    official = {"turn": turn, "seat__kind": "official"}
    sheets = ScoreSheet.objects.latest().filter(**official).select_related("seat")
    absent = Absence.objects.standing().filter(**official).select_related("seat")
    return sheets_text(
        round_=turn.round.code,
        entry=turn.entry.number,
        sheets=[(sheet.seat.code, sheet.version, sheet.marks) for sheet in sheets],
        absent=[absence.seat.code for absence in absent],
    )
