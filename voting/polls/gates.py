"""What must hold before a poll opens, and what its opening freezes."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from showcase.contests.gates import GateReport
from showcase.contests.models import Contest
from showcase.ledger.queries import deeds_snapshot
from site_cms.privacy.errors import KeyFileError
from site_cms.privacy.keys import read_key
from voting.polls.models import FORMS, Poll
from voting.polls.rules import Form, Grade
from voting.polls.voters.registry import ADAPTERS
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.queries import frozen_rule_sheet, rule_sheet_of

MOST_ENTRIES = 200


def poll_gate(contest: Contest, *, now: datetime) -> GateReport:
    """The poll opens with entries, valid settings, its key and a frozen rule sheet.

    A practice contest may do without any rule sheet: an imported poll has nothing to
    score. One that has a rule sheet must freeze it like a real one. It may also do without
    a way to vote that needs no JavaScript.
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
    elif poll and rule_sheet:
        still_open += _wrong_between(poll, rule_sheet)
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
    """The settings as they hold. "Up to 10" of eight entries is up to eight."""
    entries = poll.contest.entries.shortlisted().count()
    return {
        "form": poll.form,
        "picks_min": poll.picks_min,
        "picks_max": min(poll.picks_max, entries),
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


# How a rule sheet names the form whose counts it expects.
_FORM_OF_SHEET = {"approval": Form.APPROVAL, "grades": Form.GRADING}


def _wrong_between(poll: Poll, rule_sheet: RuleSheet) -> list[str]:
    """A frozen rule sheet can only count ballots of the form that it was written for."""
    votes = rule_sheet.rules.votes
    if votes is None:
        return []
    wanted = _FORM_OF_SHEET[votes.form]
    if poll.form != wanted:
        labels = dict(FORMS)
        return [
            f"选票形式是“{labels[poll.form]}”，计分规则是按“{labels[wanted]}”算的，两边要一样。"
        ]
    names = [grade.label for grade in Grade]
    if wanted == Form.GRADING and {grade.name for grade in votes.grades} != set(names):
        theirs = "、".join(grade.name for grade in votes.grades)
        return [
            f"选票上有 {len(names)} 档（{'、'.join(names)}），"
            f"计分规则里有 {len(votes.grades)} 档（{theirs}），两边要一样。"
        ]
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
    if not contest.practice and not any(
        ADAPTERS[name].works_without_javascript
        for name in poll.adapters
        if name in ADAPTERS
    ):
        wrong.append(
            "正式活动至少要有一种不需要 JavaScript 的投票方式，例如短信或者印制的投票码；"
            "只有演练活动可以单用“手机或电脑”。"
        )
    if contest.poll_closes_at is None:
        wrong.append("还没有设定民意测评的截止时间。")
    try:
        read_key(poll.key_name, poll.key_fingerprint)
    except KeyFileError as error:
        wrong.append(error.message)
    return wrong
