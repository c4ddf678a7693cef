"""A night for a county's server: ``python -m tests.load.night_seed SEATS ENTRIES``, prints JSON."""

import json
import sys


def main(seats: int, entries: int) -> None:
    # Django must be set up before models are imported.
    import django  # noqa: PLC0415

    django.setup()
    from tests.faults.night.prepared import prepared_night  # noqa: PLC0415

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
