"""A night for a county's server: ``python -m tests.load.night_seed SEATS ENTRIES``, prints JSON."""

import json
import sys

_TAKEN = 10_000


def main(seats: int, entries: int) -> None:
    # Django must be set up before models are imported.
    import django  # noqa: PLC0415

    django.setup()
    from tests.factories.numbers import next_number  # noqa: PLC0415
    from tests.faults.night.prepared import prepared_night  # noqa: PLC0415

    # Another process has filled the database, and counted from 1.
    while next_number() < _TAKEN:
        pass
    night = prepared_night(seats=seats, entries=entries)
    made = {
        "slug": night.slug,
        "screen": night.screen,
        "cards": night.cards,
        "seats": night.seats,
        "hosts": night.hosts,
        "supervisor": night.supervisor,
    }
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
