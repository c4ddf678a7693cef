"""Reads about results: what stands against one, which was computed, which is public."""

from datetime import datetime

from django.utils import timezone

from showcase.contests.models import Contest
from showcase.contests.queries import acts_open, opened_stages
from showcase.contests.rules import Act, Stage
from site_cms.templatetags.design import moment
from site_cms.trail.models import Proposal
from voting.integrity.queries import against_result
from voting.results.models import Computation, Publication, Release
from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.queries import frozen_rule_sheet

PUBLISH = "result.publish"


def against_computing(contest: Contest, *, now: datetime) -> list[str]:
    """What keeps a result from being computed at all: counts stay hidden until the close."""
    sheet = frozen_rule_sheet(contest)
    if sheet is None:
        return ["计分规则还没有冻结。"]
    still_open = []
    if not contest.entries.standing(now).exists():
        still_open.append("还没有入围单位。")
    return still_open + _against_the_poll(contest, sheet.rules, now)


def _against_the_poll(contest: Contest, rules: RuleSheet, now: datetime) -> list[str]:
    if rules.votes is None:
        return []
    if still_open := _against_the_open_poll(contest, now):
        return still_open
    return against_result(contest.poll, now)


def _against_the_open_poll(contest: Contest, now: datetime) -> list[str]:
    if Stage.POLL not in opened_stages(contest):
        return ["民意测评还没有开放过。"]
    closes_at = contest.poll_closes_at
    if closes_at is None or now < closes_at:
        when = f" {moment(timezone.localtime(closes_at))} " if closes_at else "还没有"
        return [f"民意测评{when}截止，截止以前谁也看不到票数。"]
    return []


def against_comparing(contest: Contest, *, now: datetime) -> list[str]:
    """What keeps everybody from seeing ranks with and without voids: above all the open poll."""
    sheet = frozen_rule_sheet(contest)
    if sheet is None:
        return ["计分规则还没有冻结。"]
    if sheet.rules.votes is None:
        return ["这次活动没有民意测评。"]
    return _against_the_open_poll(contest, now)


def against_publishing(computation: Computation, *, now: datetime) -> list[str]:
    """What keeps a computed result from the public."""
    contest, rules = computation.contest, computation.rule_sheet.rules
    return [
        *against_computing(contest, now=now),
        *_against_the_night(contest, rules, now),
        *_missing_sheets(computation, rules),
    ]


def _against_the_night(contest: Contest, rules: RuleSheet, now: datetime) -> list[str]:
    if not rules.marks_weight():
        return []
    if Stage.NIGHT not in opened_stages(contest):
        return ["现场评比会还没有开放过。"]
    if Act.MARK in acts_open(contest, now=now):
        return ["现场评分还没有结束，请先设定结束时间。"]
    return []


def _missing_sheets(computation: Computation, rules: RuleSheet) -> list[str]:
    rounds = {r.code: r.name for r in rules.rounds}
    names = {
        entry["entry"]: f"{entry['entry']} {entry['name']}"
        for entry in (*computation.outcome["ranking"], *computation.outcome["unranked"])
    }
    seats: dict[tuple[str, str], list[str]] = {}
    for missing in computation.outcome["missing"]:
        seats.setdefault((missing["round"], missing["entry"]), []).append(
            missing["seat"]
        )
    return [
        f"“{rounds[round_code]}” {names[entry]} 缺 {len(codes)} 份评分表：席位 {'、'.join(codes)}。"
        for (round_code, entry), codes in seats.items()
    ]


def latest_computation(contest: Contest) -> Computation | None:
    return (
        Computation.objects.of_contest(contest)
        .select_related("contest", "rule_sheet", "computed_by")
        .last()
    )


def standing_result(contest: Contest) -> Publication | None:
    """The newest result that two people let stand. Not public before its release."""
    return (
        Publication.objects.of_contest(contest)
        .select_related(
            "contest", "computation__rule_sheet", "proposed_by", "confirmed_by"
        )
        .order_by("-revision")
        .first()
    )


def release_of(contest: Contest, *, now: datetime) -> Release | None:
    return Release.objects.filter(contest=contest, released_at__lte=now).first()


def publication_of(contest: Contest, *, now: datetime) -> Publication | None:
    """What the public may see, or None: then nobody learns anything from this package."""
    return standing_result(contest) if release_of(contest, now=now) else None


def openings_are_public(contest: Contest, *, now: datetime) -> bool:
    """Picks and counts of single entries are open once the result is out."""
    return publication_of(contest, now=now) is not None


def publish_proposal(contest: Contest) -> Proposal | None:
    """The proposal that waits for its second person: of the latest computation only."""
    computation = latest_computation(contest)
    if computation is None:
        return None
    return (
        Proposal.objects.about(computation)
        .undecided()
        .filter(kind=PUBLISH)
        .select_related("proposed_by")
        .last()
    )
