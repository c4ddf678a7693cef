"""What may be known on the night: by whom, from which step on, in which fields. The whole list.

A test walks an evening and compares every payload of every role with it. Whoever adds a field to
a payload adds it here, and answers with that for its being announced.
"""

# Step by step, each kind of knowledge with those who have it. Who is not named knows nothing.
# "marks" are the single marks of other judges, "totals" their sheets added up.
EVERYBODY = {"anonymous", "unit", "screen"}
DESKS = {"host", "supervisor"}

ALWAYS = {
    # A seat knows itself, the host knows all seats; nobody else hears a judge's name.
    "own name": {"judge", "host"},
    "names": {"host"},
    "seats": {"host"},
    "address of the screens": {"screen", "host"},
}
ON_STAGE = ALWAYS | {"picture of the unit": EVERYBODY}
# The tabulator looks for the seat of a paper, by name, while the entry can still be marked.
OPEN = ON_STAGE | {
    "own name": {"judge", "host", "tabulator"},
    "names": {"host", "tabulator"},
    "seats": {"host", "tabulator"},
}
SENT = {"own marks": {"judge"}, "own total": {"judge"}}
# Who wrote it down reads it afterwards among the latest acts.
NOTED = {"why a seat is absent": {"host"}}
# The supervisor confirms exceptions by name, and no mark.
ASKED = {
    "names": DESKS | {"tabulator"},
    "seats": DESKS | {"tabulator"},
    "why a seat is absent": DESKS,
    "why a seat is recused": {"supervisor"},
}

KNOWN = {
    "before the first call": ALWAYS,
    "on stage": ON_STAGE,
    "a slide": ON_STAGE | {"the slide": EVERYBODY},
    "marking": OPEN,
    "all sheets in": OPEN | SENT | NOTED,
    "the supervisor is asked": OPEN | SENT | ASKED,
    "locked": ON_STAGE | SENT | NOTED,
    "scores shown": ALWAYS
    | SENT
    | NOTED
    | {"own total": {"judge"} | EVERYBODY, "totals": EVERYBODY, "points": EVERYBODY},
    "the next unit": ALWAYS | NOTED | {"picture of the next unit": EVERYBODY},
    "black": ALWAYS | NOTED,
}

# Every field that a screen is sent, by scene.
_EVERY = {"format", "scene", "name", "county", "band", "still"}
FIELDS = {
    "waiting": _EVERY | {"opens_at", "is_closed"},
    "black": _EVERY,
    "order": _EVERY
    | {"round", "done", "of"}
    | {f"order.{name}" for name in ("n", "plate", "unit", "state")},
    "entry": _EVERY
    | {
        f"entry.{name}"
        for name in (
            *("round", "order", "of", "plate", "unit", "deed", "photo", "photo_alt"),
            *("beside.plate", "beside.unit"),
            *("figures.value", "figures.unit", "figures.label"),
        )
    }
    | {f"timer.{name}" for name in ("word", "ends_at", "seconds", "left")}
    | {
        f"slide.{name}"
        for name in (
            *("n", "of", "kind", "caption"),
            *("pictures.url", "pictures.alt", "pictures.when"),
            *("film.url", "film.captions", "film.seconds", "film.from"),
        )
    },
    "scores": _EVERY
    | {"entry.plate", "entry.unit"}
    | {
        f"scores.{name}"
        for name in (
            *("rule", "points", "sum"),
            *("panels.name", "panels.weight", "panels.counted", "panels.points"),
            *("panels.marks.v", "panels.marks.d"),
        )
    },
    "draw": _EVERY
    | {
        f"draw.{name}"
        for name in (
            *("title", "list_hash", "short", "seed", "waits", "digits.d"),
            *("lines.n", "lines.plate", "lines.unit"),
        )
    },
}

# The reveal: from which press on a place is known, counted from its own first, and up to which.
# The wall and the phones in the hall hear it with the press, the presenter one press before; the
# host's console turns the pages and reads none of them. None: for good.
HALL = ("anonymous", "screen")
REVEAL = {
    "name": {HALL: (4, None), ("presenter",): (3, 4)},
    "full name": {HALL: (4, 4)},
    "picture": {HALL: (4, 4)},
    "known points": {HALL: (2, 4), ("presenter",): (1, 3)},
    "new points": {HALL: (3, 4), ("presenter",): (2, 3)},
    "total": {HALL: (3, 4), ("presenter",): (2, 4)},
}
PRESSES = 4


def known_at(step: int, place: int) -> dict[str, set[str]]:
    """Who knows what of the ``place``-th place that is revealed, 0 the first, at this step."""
    press = step - PRESSES * place
    found = {
        kind: {
            role
            for roles, (first, last) in spans.items()
            if first <= press and (last is None or press <= last)
            for role in roles
        }
        for kind, spans in REVEAL.items()
    }
    return {kind: roles for kind, roles in found.items() if roles}


# At the wall every name and every total stands there, and nothing else.
AT_THE_WALL = {"name": set(HALL), "total": set(HALL)}

_REVEAL_FIELDS = {
    f"reveal.{name}"
    for name in (
        *("step", "of", "phase", "title", "words", "total"),
        *("parts.name", "parts.note", "parts.points", "parts.state"),
        *("roll.n", "roll.unit", "roll.state"),
    )
}
REVEAL_FIELDS = {
    "before the unit": _EVERY | _REVEAL_FIELDS,
    "the unit": _EVERY
    | _REVEAL_FIELDS
    | {
        f"reveal.unit.{name}"
        for name in ("plate", "unit", "full", "photo", "photo_alt")
    },
    "wall": _EVERY
    | {
        f"wall.{name}"
        for name in (
            *("title", "standing", "until", "note"),
            *("poles.unit", "poles.place", "poles.score", "poles.state"),
        )
    },
}

# What else a browser is told with a picture.
HEADERS = {
    "Cache-Control",
    "Content-Length",
    "Content-Security-Policy",
    "Content-Type",
    "Cross-Origin-Opener-Policy",
    "ETag",
    "Permissions-Policy",
    "Referrer-Policy",
    "Vary",
    "X-Content-Type-Options",
    "X-Frame-Options",
}
