"""The code on the corner of a paper sheet: it belongs to one seat and one turn.

Typed from the paper before anything else, it tells that the right sheet is in hand.
"""

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from voting.judging.models import CODE_LETTERS, Seat, Turn

_SIGNS = 4


def check_code(turn: Turn, seat: Seat) -> str:
    """Four signs. Nobody can make up a sheet's code from its number."""
    digest = salted_hmac(
        "voting.judging.paper", f"{turn.pk}:{seat.pk}", algorithm="sha256"
    ).digest()
    return "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in digest[:_SIGNS])


def spaced(code: str) -> str:
    """As it is printed: in two pairs.

    >>> spaced("4F82")
    '4F 82'
    """
    return f"{code[:2]} {code[2:]}"


def paper_number(turn: Turn, seat: Seat) -> str:
    """What people call the sheet by: seat and entry."""
    return f"{seat.code}-{turn.entry.plate}"


def whose_code(
    code: str, turns: Iterable[Turn], seats: Iterable[Seat]
) -> tuple[Turn, Seat] | None:
    """The sheet that a code belongs to, when it is not the one that was meant."""
    seats = list(seats)
    return next(
        (
            (turn, seat)
            for turn in turns
            for seat in seats
            if check_code(turn, seat) == code
        ),
        None,
    )
