"""One sheet of printed codes for the demo, which keeps what a real contest has on paper alone."""

import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from voting.polls.code_rules import as_printed
from voting.polls.models import Poll
from voting.polls.voter_services import create_code_batch

CODES = 8


def codes_file() -> Path:
    return settings.DATA_DIR / "demo-codes.txt"


def add_codes(poll: Poll, *, by: User, now: datetime) -> None:
    made = create_code_batch(
        by=by,
        poll=poll,
        label="样例第一批",
        village="红星镇东风村",
        count=CODES,
        request_key=uuid.uuid4(),
        now=now,
    )
    codes_file().touch(mode=0o600)
    lines = "".join(f"{as_printed(code)}\n" for code in made)
    codes_file().write_text(lines, encoding="ascii")


def code_to_try(contest: Contest, *, now: datetime) -> str | None:
    """The first slip of the sheet. None: nobody can vote now, or this demo has no sheet."""
    closes_at = contest.poll_closes_at
    if closes_at is None or now >= closes_at or not codes_file().exists():
        return None
    return codes_file().read_text(encoding="ascii").split()[0]
