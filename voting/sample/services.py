"""Fill an empty database with the sample contest, standing at one moment of its life."""

import random
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from showcase.contests.models import Contest, Entry
from showcase.contests.rules import Stage
from showcase.contests.services import (
    create_contest,
    enter_unit,
    open_stage,
    set_times,
    shortlist,
)
from showcase.ledger import services as ledger
from showcase.ledger.models import DeedState
from showcase.pages.services import (
    create_showcase_index,
    create_showcase_page,
    publish_showcase_page,
)
from showcase.units.models import Category
from showcase.units.services import create_unit
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from site_cms.pages.services import (
    create_site_tree,
    describe_site,
    publish_help,
    publish_notice,
)
from voting.judging.models import Night
from voting.judging.queries import night_of
from voting.judging.services.practice import import_practice_sheets
from voting.judging.services.preparing import (
    add_seat,
    record_recusal,
    set_running_order,
    set_up_night,
)
from voting.polls.models import Poll
from voting.polls.services import create_poll, import_practice_ballots
from voting.results.services import (
    compute_result,
    confirm_publication,
    propose_publication,
)
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.services import (
    confirm_freeze,
    create_rule_sheet,
    propose_freeze,
    update_rule_sheet,
)
from voting.sample.blocks import (
    PictureLibrary,
    articles,
    rich_text,
    search_description,
    sections,
    showcase_body,
)
from voting.sample.content import content, hourly_shares
from voting.sample.jury import CriterionScale, panel_leniency, sheet_marks
from voting.sample.people import add_people
from voting.sample.public import approval_choices, arrival_minutes
from voting.sample.timetable import DemoStage, moment, opening_day, sample_times

SLUG = "linhe-sample"
Tell = Callable[[str], None]

_CATEGORY = {label: value for value, label in Category.choices}
# The public seed of the sample's draw: twenty digits, as ten-sided dice give them.
_SEED = "31415926535897932384"
# On the demo's night so many units are already locked; the next one is on stage.
_TURNS_LOCKED = 9


def build_sample(*, stage: DemoStage, now: datetime, tell: Tell) -> Contest:
    """Make the whole sample through the services that a county's staff would use."""
    sample = content()
    first_day = opening_day(stage, now=now)
    times = sample_times(sample["contest"]["timetable"], stage, now=now)
    begun = times.nomination_opens_at - timedelta(days=7)

    tell("人员和角色")
    sync_groups()
    people = add_people(now=begun)
    administrator = people["guanli"]

    tell("活动和 24 个单位")
    contest = _contest(sample, by=administrator, now=begun)
    contest = set_times(by=administrator, contest=contest, now=begun, **asdict(times))
    entries = _entries(sample, contest, by=administrator, now=times.shortlisted_at)

    tell("实事台账")
    _deeds(sample, entries, first_day=first_day, now=now)

    tell("网页和图片（第一次要一分钟左右）")
    _site(sample, contest, entries, by=administrator, first_day=first_day, now=now)

    tell("计分规则和选票")
    rule_sheet = _rule_sheet(
        sample,
        contest,
        people=people,
        now=moment(first_day, -4, "16:00"),
    )
    poll = _poll(sample, contest, by=administrator, now=moment(first_day, -4, "16:30"))
    night = _night(
        sample, contest, rule_sheet, entries, by=administrator, first_day=first_day
    )
    _must_open(contest, Stage.POLL, now=contest.poll_opens_at)
    votes = _ballots(sample, contest, poll, entries, by=administrator, now=now)
    tell(f"模拟群众投票 {votes} 张")

    if stage != DemoStage.POLL:
        tell("现场评比会和 29 位评委")
        _must_open(contest, Stage.NIGHT, now=contest.night_opens_at)
        _sheets(sample, contest, night, stage=stage, people=people)
    if stage == DemoStage.RESULT:
        tell("计算和公布结果")
        _result(contest, people=people)
    return contest


def _contest(sample: dict[str, Any], *, by: User, now: datetime) -> Contest:
    about = sample["contest"]
    return create_contest(
        by=by,
        now=now,
        slug=SLUG,
        name=about["name"],
        county=about["county"],
        approval_number=about["approval_document_number"],
        practice=True,
        practice_note=about["sample_band"],
        finalists=about["finalists"],
        flags=about["flags"],
    )


def _entries(
    sample: dict[str, Any], contest: Contest, *, by: User, now: datetime
) -> dict[str, Entry]:
    """Every unit entered and shortlisted under its number; by that number as two digits."""
    entries = {}
    for unit in sample["units"]:
        entries[unit["code"]] = enter_unit(
            by=by,
            contest=contest,
            now=contest.nomination_opens_at,
            unit=create_unit(
                by=by,
                now=contest.nomination_opens_at,
                code=f"d{unit['code']}",
                name=unit["name"],
                short_name=unit["short_name"],
                category=_CATEGORY[unit["category"]],
                population_served=unit["population_served"],
                headcount=unit["headcount"],
            ),
        )
    shortlist(
        by=by,
        contest=contest,
        numbers={entry.pk: int(code) for code, entry in entries.items()},
        now=now,
    )
    return {
        entry.plate: entry
        for entry in contest.entries.select_related("unit", "contest")
    }


def _deeds(
    sample: dict[str, Any],
    entries: dict[str, Entry],
    *,
    first_day: datetime,
    now: datetime,
) -> None:
    for unit in sample["units"]:
        for written in unit["deeds"]:
            _deed(written, entries[unit["code"]], first_day=first_day, now=now)


def _deed(
    written: dict[str, Any], entry: Entry, *, first_day: datetime, now: datetime
) -> None:
    """Bring one deed to its state by the steps that a unit and the office would take."""
    begun = first_day - timedelta(days=200)
    deed = ledger.create_deed(
        by=None,
        unit=entry.unit,
        title=written["title"],
        leader=written["leader"],
        target=Decimal(written["target"]),
        measure=written["unit"],
        due_on=(first_day + timedelta(days=written["deadline_offset_days"])).date(),
        now=begun,
        note=written["note"],
        source=written["source"],
    )
    state = DeedState(written["state"])
    if state == DeedState.PROPOSED:
        return
    deed = ledger.admit_deed(by=None, deed=deed, now=begun)
    if state == DeedState.ADMITTED:
        return
    deed = ledger.report_progress(
        by=None,
        deed=deed,
        done=Decimal(written["progress"]),
        note=written["note"],
        now=first_day - timedelta(days=1),
    )
    if state == DeedState.IN_PROGRESS:
        return
    deed = ledger.report_done(by=None, deed=deed, now=first_day - timedelta(days=1))
    if state == DeedState.CLOSED:
        closed_on = first_day + timedelta(days=written["finished_offset_days"])
        ledger.close_deed(
            by=None,
            deed=deed,
            closed_on=closed_on.date(),
            now=first_day - timedelta(days=1),
        )


def _site(
    sample: dict[str, Any],
    contest: Contest,
    entries: dict[str, Entry],
    *,
    by: User,
    first_day: datetime,
    now: datetime,
) -> None:
    about = sample["contest"]
    create_site_tree(
        by=by,
        name=about["name"],
        hero_text=(
            f"{about['finalists']} 个单位晒出办成的事，"
            "每一件谁来办、办到哪一步，都能查。"
        ),
        now=contest.nomination_opens_at,
    )
    create_showcase_index(by=by, contest=contest, now=contest.nomination_opens_at)
    library = PictureLibrary()
    for unit in sample["units"]:
        entry = entries[unit["code"]]
        page = create_showcase_page(
            by=None,
            entry=entry,
            one_line=unit["one_line"],
            lead=unit["lead"],
            cover=library[unit["cover"]],
            body=showcase_body(unit, library),
            sectors=unit["sectors"],
            search_description=search_description(entry, unit),
            now=contest.nomination_opens_at,
        )
        publish_showcase_page(by=by, page=page, now=contest.second_review_closes_at)
    for notice in about["notices"]:
        at = moment(first_day, notice["offset_days"], notice["time"])
        if at <= now:
            publish_notice(
                by=by,
                title=notice["title"],
                slug=notice["slug"],
                published_on=at.date(),
                body=[("paragraph", rich_text(notice["body"]))],
                now=at,
            )
    rules_page = publish_help(
        by=by,
        title="活动规则",
        slug="contest-rules",
        body=[("paragraph", articles(about["rules"]))],
        now=contest.shortlisted_at,
    )
    help_pages = {
        page["slug"]: publish_help(
            by=by,
            title=page["title"],
            slug=page["slug"],
            intro=page["intro"],
            body=[("paragraph", sections(page["sections"]))],
            now=contest.shortlisted_at,
        )
        for page in about["help_pages"]
    }
    describe_site(
        by=by,
        site_name=about["short_name"],
        place=about["county"],
        description=about["description"],
        sponsor=about["sponsor"],
        organiser=about["organiser"],
        phone=about["phone"],
        phone_hours=about["phone_hours"],
        rules_page=rules_page,
        privacy_page=help_pages["privacy"],
        accessibility_page=help_pages["accessibility"],
        now=contest.shortlisted_at,
    )


def _rule_sheet(
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


def _poll(sample: dict[str, Any], contest: Contest, *, by: User, now: datetime) -> Poll:
    about = sample["contest"]["poll"]
    return create_poll(
        by=by,
        contest=contest,
        now=now,
        picks_min=about["choices_min"],
        picks_max=about["choices_max"],
        quota=about["ballots_per_voter"],
    )


def _night(
    sample: dict[str, Any],
    contest: Contest,
    rule_sheet: RuleSheet,
    entries: dict[str, Entry],
    *,
    by: User,
    first_day: datetime,
) -> Night:
    now = moment(first_day, -3, "10:00")
    night = set_up_night(
        by=by,
        contest=contest,
        document=rule_sheet.document,
        hints={criterion["key"]: criterion["hint"] for criterion in sample["criteria"]},
        presenting_seconds=480,
        now=now,
    )
    seats = {}
    for panel in sample["panels"]:
        for written in panel["seats"]:
            seats[written["code"]], _ = add_seat(
                by=by,
                night=night,
                panel=panel["key"],
                code=written["code"],
                name=written["name"],
                organisation=written["organisation"],
                now=now,
            )
    for recusal in sample["recusals"]:
        record_recusal(
            by=by,
            seat=seats[recusal["seat"]],
            entry=entries[recusal["entry"]],
            reason=recusal["reason"],
            now=now,
        )
    set_running_order(by=by, round_=night.rounds.get(), seed=_SEED, now=now)
    return night_of(contest)


def _must_open(contest: Contest, stage: Stage, *, now: datetime) -> None:
    if open_stage(contest=contest, stage=stage, now=now) is None:
        raise RuntimeError(f"the sample does not meet the gate of its own {stage}")


def _ballots(
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


def _sheets(
    sample: dict[str, Any],
    contest: Contest,
    night: Night,
    *,
    stage: DemoStage,
    people: dict[str, User],
) -> None:
    """The judges' marks, in the running order, as far as the evening has come."""
    simulation = sample["simulation"]
    round_ = night.rounds.get()
    criteria = [
        CriterionScale(criterion.code, criterion.maximum, criterion.step)
        for criterion in round_.criteria.all()
    ]
    seats = list(night.seats.select_related("panel"))
    bent = panel_leniency([seat.code for seat in seats], seed=simulation["seed"])
    recused = {(r["seat"], r["entry"]) for r in sample["recusals"]}
    turns = list(round_.turns.select_related("entry").order_by("order"))
    if stage == DemoStage.NIGHT:
        turns = turns[:_TURNS_LOCKED]
    rng = random.Random(simulation["seed"])
    sheets = {
        (seat.code, turn.entry.number): sheet_marks(
            quality=simulation["entries"][turn.entry.plate]["quality"] / 100,
            leniency=bent[seat.code]
            + simulation["panel_leniency_points"][seat.panel.code] / 100,
            criteria=criteria,
            rng=rng,
        )
        for turn in turns
        for seat in seats
        if (seat.code, turn.entry.plate) not in recused
    }
    import_practice_sheets(
        by=people["zhuchi"],
        confirmed_by=people["jiandu"],
        round_=round_,
        sheets=sheets,
        began_at=contest.night_opens_at,
        now=contest.night_opens_at,
        each=timedelta(minutes=5),
    )


def _result(contest: Contest, *, people: dict[str, User]) -> None:
    """Computed by one, let out by two, on the evening itself."""
    now = contest.provisional_at
    computation = compute_result(by=people["guanli"], contest=contest, now=now)
    proposal = propose_publication(
        by=people["guanli"],
        computation=computation,
        reason="评分表已全部签认，选票已核对。",
        now=now,
    )
    confirm_publication(by=people["jiandu"], proposal=proposal, now=now)
