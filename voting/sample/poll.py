"""The sample's frozen rule sheet, its poll and the ballots of a simulated public."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from showcase.contests.models import Contest, Entry
from site_cms.accounts.models import User
from voting.polls.models import Poll
from voting.polls.services import create_poll, import_practice_ballots
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.services import (
    confirm_freeze,
    create_rule_sheet,
    propose_freeze,
    update_rule_sheet,
)
from voting.sample.content import hourly_shares
from voting.sample.public import approval_choices, arrival_minutes


def add_rule_sheet(
    sample: dict[str, Any],
    contest: Contest,
    *,
    people: dict[str, User],
    now: datetime,
) -> RuleSheet:
    chosen = sample["contest"]["rule_sheet"]
    rule_sheet = create_rule_sheet(
        by=people["guanli"], contest=contest, template=chosen["online_method"], now=now
    )
    rule_sheet = update_rule_sheet(
        by=people["guanli"],
        rule_sheet=rule_sheet,
        document=rule_sheet.document
        | {"online_weight": str(Decimal(chosen["online_weight"]) / 100)},
        now=now,
    )
    proposal = propose_freeze(
        by=people["guanli"],
        rule_sheet=rule_sheet,
        reason="规则已经主办单位会议定稿。",
        now=now,
    )
    return confirm_freeze(by=people["jiandu"], proposal=proposal, now=now)


def add_poll(
    sample: dict[str, Any], contest: Contest, *, by: User, now: datetime
) -> Poll:
    about = sample["contest"]["poll"]
    return create_poll(
        by=by,
        contest=contest,
        now=now,
        picks_min=about["choices_min"],
        picks_max=about["choices_max"],
        quota=about["ballots_per_voter"],
        adapters=["device", "code"],
    )


def add_ballots(
    sample: dict[str, Any],
    contest: Contest,
    poll: Poll,
    entries: dict[str, Entry],
    *,
    by: User,
    now: datetime,
) -> int:
    """The ballots that a simulated public has cast by now, at the hours of real people."""
    simulation = sample["simulation"]
    seed = simulation["seed"]
    minutes = arrival_minutes(
        hourly_shares(),
        opens_at=contest.poll_opens_at,
        until=min(now, contest.poll_closes_at),
        ballots=simulation["ballots"],
        seed=seed,
    )
    in_order = sorted(entries)
    choices = approval_choices(
        [simulation["entries"][code]["popularity"] for code in in_order],
        ballots=len(minutes),
        choices_min=poll.picks_min,
        choices_max=poll.picks_max,
        seed=seed,
    )
    return import_practice_ballots(
        by=by,
        poll=poll,
        ballots=zip(choices, minutes, strict=True),
        source="sample",
        now=now,
    )
