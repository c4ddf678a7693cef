"""What at the poll, on the night or about an entry still waits, each with where it is mended."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest, Entry
from showcase.contests.proposal_queries import entries_waiting
from showcase.contests.queries import acts_open, opened_stages
from showcase.contests.rules import Act, Stage
from showcase.contests.withdrawal_queries import KINDS as WITHDRAWALS
from site_cms.templatetags.design import moment
from site_cms.trail.models import Proposal
from voting.integrity.detection_models import DetectionRun
from voting.integrity.entry_notice_queries import KINDS as NOTICES
from voting.integrity.queries import against_result
from voting.judging.late_queries import late_sheets
from voting.judging.models import Night, Seat, Turn
from voting.judging.paper_queries import papers_to_type_again, papers_waiting
from voting.judging.queries import (
    CORRECTION,
    LATE,
    night_of,
    proposals_for_supervisor,
    seats_missing,
)
from voting.polls.models import Poll
from voting.polls.queries import is_archived
from voting.results.errors import Hindrance
from voting.results.models import Computation
from voting.rules.rule_sheet import RuleSheet


def of_the_entries(contest: Contest, *, now: datetime) -> list[Hindrance]:
    if contest.entries.standing(now).exists():
        return []
    url = reverse("contests:shortlist", args=[contest.pk])
    return [Hindrance("还没有入围单位。", url, "确定入围名单")]


def of_the_poll(contest: Contest, rules: RuleSheet, now: datetime) -> list[Hindrance]:
    """Counts stay hidden until the close; then everything about ballots is to be decided."""
    if rules.votes is None:
        return []
    if still_open := of_the_open_poll(contest, now):
        return still_open
    url = reverse("integrity:poll", args=[contest.slug])
    return [
        Hindrance(sentence, url, "防刷票")
        for sentence in against_result(contest.poll, now)
    ]


def of_the_open_poll(contest: Contest, now: datetime) -> list[Hindrance]:
    times = reverse("contests:edit", args=[contest.pk])
    if Stage.POLL not in opened_stages(contest):
        return [Hindrance("民意测评还没有开放过。", times, "看活动时间")]
    closes_at = contest.poll_closes_at
    if closes_at is None or now < closes_at:
        when = f" {moment(timezone.localtime(closes_at))} " if closes_at else "还没有"
        sentence = f"民意测评{when}截止，截止以前谁也看不到票数。"
        return [Hindrance(sentence, times, "看活动时间")]
    return []


def of_detection(contest: Contest, rules: RuleSheet) -> list[Hindrance]:
    """After the close detection looks a last time. Practice polls are never finished."""
    poll = Poll.objects.filter(contest=contest).first()
    if rules.votes is None or poll is None or contest.practice or is_archived(poll.pk):
        return []
    if DetectionRun.objects.filter(poll=poll, is_final=True).exists():
        return []
    return [
        Hindrance(
            "截止以后的刷票识别还没有做完。后台每几分钟看一次，选票全部封存以后自己会做。",
            reverse("integrity:poll", args=[contest.slug]),
            "防刷票",
        )
    ]


def of_the_night(
    contest: Contest, computation: Computation, now: datetime
) -> list[Hindrance]:
    """Sheets that are missing, turns that are not locked, and whatever waits at the desks."""
    rules = computation.rule_sheet.rules
    if not rules.marks_weight():
        return []
    slug, night = contest.slug, night_of(contest)
    if night is None or Stage.NIGHT not in opened_stages(contest):
        url = reverse("nights:index")
        return [Hindrance("现场评比会还没有开放过。", url, "筹备评比会")]
    found = []
    if Act.MARK in acts_open(contest, now=now):
        found.append(
            Hindrance(
                "现场评分还没有结束，请先设定结束时间。",
                reverse("voting:host", args=[slug]),
                "主持",
            )
        )
    unlocked = list(
        Turn.objects.of_night(night)
        .unlocked()
        .standing(now)
        .select_related("round__night", "entry__unit")
        .in_order()
    )
    found += [_of_unlocked(turn, slug, now) for turn in unlocked]
    skip = {(turn.round.code, turn.entry.plate) for turn in unlocked}
    found += _missing_sheets(computation, rules, skip)
    return found + of_the_desks(night)


def _of_unlocked(turn: Turn, slug: str, now: datetime) -> Hindrance:
    missing = [line.seat.code for line in seats_missing(turn, now=now)]
    told = f"“{turn.round}” {turn.entry} 还没有锁定"
    if missing:
        told += f"，缺 {len(missing)} 份评分表：席位 {'、'.join(missing)}"
        return Hindrance(
            f"{told}。", reverse("voting:tabulate", args=[slug]), "去计分席"
        )
    return Hindrance(f"{told}。", reverse("voting:supervise", args=[slug]), "去签认")


def _missing_sheets(
    computation: Computation, rules: RuleSheet, skip: set[tuple[str, str]]
) -> list[Hindrance]:
    """Of locked turns, and of entries that never had a turn."""
    rounds = {r.code: r.name for r in rules.rounds}
    names = {
        entry["entry"]: f"{entry['entry']} {entry['name']}"
        for entry in (*computation.outcome["ranking"], *computation.outcome["unranked"])
    }
    seats: dict[tuple[str, str], list[str]] = {}
    for missing in computation.outcome["missing"]:
        place = missing["round"], missing["entry"]
        if place not in skip:
            seats.setdefault(place, []).append(missing["seat"])
    url = reverse("voting:tabulate", args=[computation.contest.slug])
    return [
        Hindrance(
            f"“{rounds[round_code]}” {names[entry]} 缺 {len(codes)} 份评分表："
            f"席位 {'、'.join(codes)}。",
            url,
            "去计分席",
        )
        for (round_code, entry), codes in seats.items()
    ]


def of_the_desks(night: Night) -> list[Hindrance]:
    """Paper, late sheets and corrections that somebody has still to decide on."""
    slug = night.contest.slug
    found = [
        Hindrance(
            f"{paper.seat} 给 {paper.turn.entry} 的纸质评分表等第二人核对。",
            reverse("voting:check_paper", args=[slug, paper.pk]),
            "去核对",
        )
        for paper in papers_waiting(night)
    ]
    found += [
        Hindrance(
            f"{paper.seat} 给 {paper.turn.entry} 的纸质评分表退回了，还没有重新录入。",
            reverse("voting:tabulate", args=[slug]),
            "去计分席",
        )
        for paper in papers_to_type_again(night)
    ]
    asked = [
        (proposal, turn)
        for proposal, turn in proposals_for_supervisor(night)
        if proposal.kind in {CORRECTION, LATE}
    ]
    being_asked = {proposal.payload.get("late") for proposal, _ in asked}
    found += [
        Hindrance(
            f"{late.seat} 给 {late.turn.entry} 的一份评分表来晚了，还没有人处理。",
            reverse("voting:late_sheet", args=[slug, late.pk]),
            "去处理",
        )
        for late in late_sheets(night)
        if str(late.pk) not in being_asked
    ]
    seats = Seat.objects.in_bulk(proposal.payload["seat"] for proposal, _ in asked)
    return found + [_of_asked(each, turn, seats, slug) for each, turn in asked]


def _of_asked(
    proposal: Proposal, turn: Turn, seats: dict[int, Seat], slug: str
) -> Hindrance:
    what = "更正" if proposal.kind == CORRECTION else "迟到的评分表"
    seat = seats[proposal.payload["seat"]]
    return Hindrance(
        f"{seat} 给 {turn.entry} 的{what}等监督员决定。",
        reverse("voting:check_fix", args=[slug, proposal.pk]),
        "去签认",
    )


def of_proposals_about_entries(contest: Contest) -> list[Hindrance]:
    """Leaving, coming back and notices that wait for their second person."""
    return [
        *_about_entries(contest, WITHDRAWALS, "withdrawals:entry"),
        *_about_entries(contest, NOTICES, "entry_notices:entry"),
    ]


def _about_entries(contest: Contest, kinds, name: str) -> list[Hindrance]:
    return [
        _of_entry(entry, proposal, name)
        for entry, proposal in entries_waiting(contest, kinds)
    ]


def _of_entry(entry: Entry, proposal: Proposal, name: str) -> Hindrance:
    return Hindrance(
        f"等第二人决定：{proposal.sentence}。",
        reverse(name, args=[entry.pk]),
        "去决定",
    )
