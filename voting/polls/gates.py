"""What must hold before a poll opens, and what its opening freezes."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from showcase.contests.gates import GateReport
from showcase.contests.models import Contest
from showcase.ledger.queries import deeds_snapshot
from site_cms.privacy.errors import KeyFileError
from site_cms.privacy.keys import read_key
from voting.polls.models import Poll
from voting.polls.voters.registry import ADAPTERS
from voting.rulesheets.queries import frozen_rule_sheet, rule_sheet_of

MOST_ENTRIES = 200


def poll_gate(contest: Contest, *, now: datetime) -> GateReport:
    """The poll opens with entries, valid settings, its key and a frozen rule sheet.

    A practice contest may do without any rule sheet: an imported poll has nothing to
    score. One that has a rule sheet must freeze it like a real one.
    """
    poll = Poll.objects.filter(contest=contest).first()
    rule_sheet = frozen_rule_sheet(contest)
    needs_rules = not contest.practice or rule_sheet_of(contest) is not None
    still_open = [
        *_wrong_with_entries(contest),
        *(_wrong_with(poll, contest) if poll else ["还没有设定民意测评的规则。"]),
    ]
    if needs_rules and rule_sheet is None:
        still_open.append("计分规则还没有冻结。")
    if still_open:
        return GateReport(still_open=still_open)
    return GateReport(
        frozen={
            "poll": poll_rules(poll),
            "entries": entry_order(contest),
            "rules_hash": rule_sheet.rules_hash if rule_sheet else "",
            "deeds": deeds_snapshot(contest),
        }
    )


def poll_rules(poll: Poll) -> dict[str, Any]:
    return {
        "form": poll.form,
        "picks_min": poll.picks_min,
        "picks_max": poll.picks_max,
        "quota": poll.quota,
        "quota_period": poll.quota_period,
        "adapters": poll.adapters,
        "counts": poll.counts,
        "key_name": poll.key_name,
        "key_fingerprint": poll.key_fingerprint,
    }


def entry_order(contest: Contest) -> list[dict[str, Any]]:
    """The entries in the order of the bytes of each ballot."""
    entries = contest.entries.shortlisted().select_related("unit").in_number_order()
    return [
        {"id": entry.pk, "number": entry.number, "unit": entry.unit.name}
        for entry in entries
    ]


def _wrong_with_entries(contest: Contest) -> list[str]:
    count = contest.entries.shortlisted().count()
    if not count:
        return ["还没有确定入围单位。"]
    if count > MOST_ENTRIES:
        return [f"入围单位有 {count} 个，选票最多放 {MOST_ENTRIES} 个。"]
    return []


def _wrong_with(poll: Poll, contest: Contest) -> list[str]:
    wrong = []
    try:
        poll.full_clean()
    except ValidationError as error:
        wrong += error.messages
    count = contest.entries.shortlisted().count()
    if count and poll.picks_min > count:
        wrong.append(f"最少要选 {poll.picks_min} 个，入围单位只有 {count} 个。")
    if not any(
        ADAPTERS[name].works_without_javascript
        for name in poll.adapters
        if name in ADAPTERS
    ):
        wrong.append("至少要有一种不需要 JavaScript 的投票方式。")
    wrong += [
        lacks
        for name in poll.adapters
        if name in ADAPTERS and (lacks := ADAPTERS[name].lacks())
    ]
    if contest.poll_closes_at is None:
        wrong.append("还没有设定民意测评的截止时间。")
    try:
        read_key(poll.key_name, poll.key_fingerprint)
    except KeyFileError as error:
        wrong.append(error.message)
    return wrong
