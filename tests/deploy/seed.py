"""Fill a county's database as the web role: ``python -m tests.deploy.seed``, prints JSON."""

import json
import sys


def main() -> None:
    # Django must be set up before models are imported.
    import django  # noqa: PLC0415

    django.setup()
    from showcase.contests.models import Contest  # noqa: PLC0415
    from tests.factories import make_night_today, open_poll  # noqa: PLC0415
    from voting.stage.services import make_show  # noqa: PLC0415

    poll = open_poll(entries=3)
    night = make_night_today(seats=1)
    seeded = {
        "poll": Contest.objects.get(pk=poll.contest_id).slug,
        "night": night.contest.slug,
        "screen": make_show(night=night).token,
    }
    sys.stdout.write(json.dumps(seeded) + "\n")


if __name__ == "__main__":
    main()
