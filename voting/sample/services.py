"""Fill an empty database with the sample contest, standing at one moment of its life."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from showcase.contests.models import Contest, Entry
from showcase.contests.rules import Stage
from showcase.contests.services import open_stage, set_times
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from voting.sample.campaigns import add_campaigns, add_signals
from voting.sample.codes import add_codes
from voting.sample.content import content
from voting.sample.night import add_night, add_sheets
from voting.sample.nominations import add_nominations
from voting.sample.people import add_people
from voting.sample.poll import add_ballots, add_poll, add_rule_sheet
from voting.sample.result import add_notice, add_presenter, add_standing_result
from voting.sample.reviews import add_first_review, add_second_review
from voting.sample.showcase import add_contest, add_deeds, add_units, open_desks
from voting.sample.showcases import add_showcases
from voting.sample.site import add_site
from voting.sample.timetable import DemoStage, moment, opening_day, sample_times

Tell = Callable[[str], None]


def build_sample(
    *,
    stage: DemoStage,
    now: datetime,
    tell: Tell,
    sample: dict[str, Any] | None = None,
) -> Contest:
    """Make the whole sample through the services that a county's staff would use.

    ``sample`` is another content of the same form as contest.json.
    """
    sample = sample or content()
    first_day = opening_day(stage, now=now)
    times = sample_times(sample["contest"]["timetable"], stage, now=now)
    begun = times.nomination_opens_at - timedelta(days=7)

    tell("人员和角色")
    sync_groups()
    people = add_people(now=begun)
    administrator = people["guanli"]

    units_count = len(sample["units"]) + len(sample["candidates"])
    tell(f"活动、网页和 {units_count} 个单位")
    contest = add_contest(sample, by=administrator, now=begun)
    contest = set_times(by=administrator, contest=contest, now=begun, **asdict(times))
    add_site(sample, contest, by=administrator, first_day=first_day, now=now)
    units = add_units(sample, by=administrator, people=people, now=begun)
    entries = open_desks(contest, units, by=administrator, now=begun)

    tell("实事台账")
    add_deeds(sample, entries, first_day=first_day)

    tell("自荐")
    add_nominations(sample, contest, entries, people=people, now=now)

    tell("展示页和图片（第一次要一分钟左右）")
    add_showcases(sample, contest, entries, people=people, stage=stage, now=now)

    if stage.has_reached(DemoStage.REVIEW):
        tell("初审和复审")
        add_first_review(sample, contest, by=administrator, first_day=first_day)
        add_second_review(
            sample,
            contest,
            by=administrator,
            stage=stage,
            first_day=first_day,
            now=now,
        )
    if stage.has_reached(DemoStage.POLL):
        finalists = {
            entry.plate: entry
            for entry in contest.entries.shortlisted().select_related("unit", "contest")
        }
        _add_vote_and_night(
            sample, contest, finalists, stage=stage, people=people, now=now, tell=tell
        )
    return Contest.objects.get(pk=contest.pk)


def _add_vote_and_night(
    sample: dict[str, Any],
    contest: Contest,
    entries: dict[str, Entry],
    *,
    stage: DemoStage,
    people: dict[str, User],
    now: datetime,
    tell: Tell,
) -> None:
    administrator = people["guanli"]
    first_day = opening_day(stage, now=now)

    tell("计分规则和选票")
    rule_sheet = add_rule_sheet(
        sample,
        contest,
        people=people,
        now=moment(first_day, -4, "16:00"),
    )
    poll = add_poll(
        sample, contest, by=administrator, now=moment(first_day, -4, "16:30")
    )
    add_codes(poll, by=administrator, now=moment(first_day, -4, "16:45"))
    night = add_night(
        sample, contest, rule_sheet, entries, people=people, first_day=first_day
    )
    _must_open(contest, Stage.POLL, now=contest.poll_opens_at)
    votes = add_ballots(sample, contest, poll, entries, by=administrator, now=now)
    tell(f"模拟群众投票 {votes} 张")
    seed = sample["simulation"]["seed"]
    add_signals(poll, seed=seed)
    if stage == DemoStage.POLL:
        brushed = add_campaigns(
            poll, people=people, first_day=first_day, now=now, seed=seed
        )
        tell(f"混进来的刷票 {brushed} 张")

    if stage.has_reached(DemoStage.NIGHT):
        seats = sum(len(panel["seats"]) for panel in sample["panels"])
        tell(f"现场评比会和 {seats} 位评委")
        _must_open(contest, Stage.NIGHT, now=contest.night_opens_at)
        add_sheets(sample, contest, night, stage=stage, people=people)
    if stage.has_reached(DemoStage.REVEAL):
        tell("计算结果，用另一套程序核对")
        add_standing_result(contest, people=people)
    if stage == DemoStage.REVEAL:
        add_presenter(contest, people=people)
    if stage.has_reached(DemoStage.RESULT):
        tell("公布结果，公示")
        add_notice(contest, people=people, now=now)


def _must_open(contest: Contest, stage: Stage, *, now: datetime) -> None:
    if open_stage(contest=contest, stage=stage, now=now) is None:
        raise RuntimeError(f"the sample does not meet the gate of its own {stage}")
