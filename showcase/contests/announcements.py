"""What the site says about a contest at a moment: how far it is, until when, what to do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from showcase.contests.rules import Act, Stage, Times, stage_at
from site_cms.templatetags.design import day, moment


class Action(StrEnum):
    """What a visitor can do now. Packages above know the address of each."""

    LEDGER = "ledger"
    LOOK = "look"
    VOTE = "vote"
    WATCH = "watch"
    RECEIPT = "receipt"
    RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Announcement:
    """``kind`` is how the panel is drawn: open, closed, notice, or nothing before it all."""

    label: str
    title: str
    kind: str = ""
    text: str = ""
    until: datetime | None = None
    action: Action | None = None


def announcement(times: Times, *, acts: frozenset[Act], now: datetime) -> Announcement:
    """The state panel. ``acts`` are those that are open, so it never promises a shut one."""
    stage = stage_at(times, now=now)
    if stage == Stage.POLL:
        return _during_the_poll(times, acts)
    if stage == Stage.NIGHT:
        return _during_the_night(times, acts)
    if stage == Stage.SHORTLIST and list_is_awaited(times, now=now):
        return _before_the_shortlist(times)
    return _PANELS[stage](times)


def list_is_awaited(times: Times, *, now: datetime) -> bool:
    """Whether the shortlist has its day and the day has not come."""
    return times.shortlisted_at is not None and now < times.shortlisted_at


def _at(value: datetime | None, word: str, otherwise: str) -> str:
    """11 月 28 日 18:00 截止, or what is said while the time is not set."""
    return f"{moment(timezone.localtime(value))} {word}" if value else otherwise


def _announced(times: Times) -> Announcement:
    return Announcement(
        label="活动正在筹备",
        title=_at(times.nomination_opens_at, "单位自荐开始", "时间确定后在这里公布"),
        until=times.nomination_opens_at,
        text="您可以先看实事台账：每件事谁来办、办到哪一步。",
        action=Action.LEDGER,
    )


def _nomination(times: Times) -> Announcement:
    return Announcement(
        label="单位自荐进行中",
        title=_at(times.nomination_closes_at, "截止", "正在受理"),
        text="参评单位正在填报这一年办成的实事。您可以先看实事台账。",
        until=times.nomination_closes_at,
        action=Action.LEDGER,
    )


def _first_review(times: Times) -> Announcement:
    return Announcement(
        label="初审进行中",
        title=_at(times.first_review_closes_at, "结束", "正在审核"),
        text="审核人员正在逐条核对单位填报的数字和照片。您可以先看实事台账。",
        until=times.first_review_closes_at,
        action=Action.LEDGER,
    )


def _second_review(times: Times) -> Announcement:
    return Announcement(
        label="复审进行中",
        title=_at(times.second_review_closes_at, "结束", "正在审核"),
        text="复审结束后公布入围单位。您可以先看实事台账。",
        until=times.second_review_closes_at,
        action=Action.LEDGER,
    )


def _before_the_shortlist(times: Times) -> Announcement:
    return Announcement(
        label="正在确定入围单位",
        title=_at(times.shortlisted_at, "公布名单", "名单正在核对"),
        text="复审已经结束。您可以先看实事台账。",
        until=times.shortlisted_at,
        action=Action.LEDGER,
    )


def _shortlist(times: Times) -> Announcement:
    return Announcement(
        label="民意测评还没有开始",
        title=_at(times.poll_opens_at, "开始", "时间确定后在这里公布"),
        until=times.poll_opens_at,
        text="您可以先看看各单位晒的实事。",
        action=Action.LOOK,
    )


def _during_the_poll(times: Times, acts: frozenset[Act]) -> Announcement:
    if Act.VOTE not in acts:
        return Announcement(
            label="民意测评即将开放",
            title="正在做开放前的最后核对",
            text="核对完成就开放，请过一会儿再来。截止时间如有变动会发公告。",
            action=Action.LOOK,
        )
    return Announcement(
        kind="open",
        label="民意测评进行中",
        title=_at(times.poll_closes_at, "截止", "正在进行"),
        until=times.poll_closes_at,
        action=Action.VOTE,
    )


def _count(times: Times) -> Announcement:
    return Announcement(
        kind="closed",
        label="民意测评已经截止",
        title=_at(times.night_opens_at, "现场评比会开始", "正在核查选票"),
        text="选票正在核查，票数和结果一起公布。",
        action=Action.RECEIPT,
    )


def _during_the_night(times: Times, acts: frozenset[Act]) -> Announcement:
    if times.night_closed_at is not None:
        return Announcement(
            kind="closed",
            label="现场评比会已经结束",
            title="正在核算结果",
            text="两名工作人员复核后公布拟定结果。",
            action=Action.RECEIPT,
        )
    if Act.MARK not in acts:
        return Announcement(
            label="现场评比会即将开始",
            title="正在做开始前的最后核对",
            text="核对完成就开始，请过一会儿再来。",
            action=Action.LOOK,
        )
    return Announcement(
        kind="open",
        label="现场评比会进行中",
        title=_at(times.night_opens_at, "开始", "正在评分"),
        text="入围单位正在台上展示，评委现场打分。",
        action=Action.WATCH,
    )


def _notice(times: Times) -> Announcement:
    return Announcement(
        kind="notice",
        label="拟定结果公示中",
        title=_at(times.notice_closes_at, "截止", "正在公示"),
        text="对结果有异议，请在公示期内提出，每一条都会答复。",
        until=times.notice_closes_at,
        action=Action.RESULTS,
    )


def _final(times: Times) -> Announcement:
    at = times.finalised_at
    return Announcement(
        kind="closed",
        label="结果已经公布",
        title=f"{day(timezone.localtime(at))} 公布" if at else "最终结果",
        text="每个单位的得分怎么来的，都可以查看和重算。",
        action=Action.RESULTS,
    )


_PANELS = {
    Stage.ANNOUNCED: _announced,
    Stage.NOMINATION: _nomination,
    Stage.FIRST_REVIEW: _first_review,
    Stage.SECOND_REVIEW: _second_review,
    Stage.SHORTLIST: _shortlist,
    Stage.COUNT: _count,
    Stage.NOTICE: _notice,
    Stage.FINAL: _final,
    Stage.ARCHIVED: _final,
}


@dataclass(frozen=True, slots=True)
class Station:
    """One stop on the line of stages; ``state`` is done, now, or nothing yet."""

    name: str
    when: str
    state: str


# Name, when it begins, when it is over. One without a beginning is a single moment.
_LINE = (
    ("单位自荐", "nomination_opens_at", "nomination_closes_at"),
    ("初审", "nomination_closes_at", "first_review_closes_at"),
    ("复审", "first_review_closes_at", "second_review_closes_at"),
    ("公布入围", "second_review_closes_at", "shortlisted_at"),
    ("民意测评", "poll_opens_at", "poll_closes_at"),
    ("现场评比会", "night_opens_at", "night_closed_at"),
    ("结果公示", "provisional_at", "notice_closes_at"),
    ("授予红旗", "notice_closes_at", "finalised_at"),
)
_SHOWN_AS_A_SPAN = {"单位自荐", "民意测评", "结果公示"}
_SHOWN_BY_ITS_BEGINNING = {"现场评比会"}


def stations(times: Times, *, now: datetime) -> list[Station]:
    """The line of stages: what is over, where the contest stands, what is still to come.

    The furthest station that has begun and is not over is where it stands.
    """
    reached = [
        index
        for index, (_, begins, _) in enumerate(_LINE)
        if (at := getattr(times, begins)) is not None and at <= now
    ]
    here = max(reached, default=-1)
    line = []
    for index, (name, begins, ends) in enumerate(_LINE):
        start, end = getattr(times, begins), getattr(times, ends)
        over = index < here or (end is not None and end <= now)
        state = "done" if over else "now" if index == here else ""
        when = _when(name, start, end) or ("" if over else "时间待定")
        line.append(Station(name=name, when=when, state=state))
    return line


def _when(name: str, start: datetime | None, end: datetime | None) -> str:
    if name in _SHOWN_AS_A_SPAN and start and end:
        return _span(start, end)
    at = start if name in _SHOWN_BY_ITS_BEGINNING else end
    return day(timezone.localtime(at)) if at else ""


def _span(start: datetime, end: datetime) -> str:
    """11 月 16–28 日, or 11 月 28 日–12 月 3 日 across months: a line ends at the dash."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.date() == last.date():
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.month} 月 {first.day}–{last.day} 日"
    return f"{day(first)}–{day(last)}".replace(" ", "\N{NO-BREAK SPACE}")
