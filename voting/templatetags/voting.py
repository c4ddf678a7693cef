"""What pages of the packages below show of voting: where to vote, and whether one can."""

from datetime import datetime

from django import template
from django.urls import reverse
from django.utils import timezone

from showcase.contests.announcements import (
    Action,
    Announcement,
    announcement,
    list_is_awaited,
)
from showcase.contests.models import Contest, Entry
from showcase.contests.queries import acts_open
from showcase.contests.rules import Act, Stage, stage_at
from site_cms.design.words import time_left
from site_cms.templatetags.design import moment
from voting.integrity.entry_notice_queries import notices_of
from voting.polls.models import PollPause

register = template.Library()

_LIST_OF_UNITS = "/u/"
_BEFORE_THE_LIST = {
    Stage.ANNOUNCED,
    Stage.NOMINATION,
    Stage.FIRST_REVIEW,
    Stage.SECOND_REVIEW,
}
_BUTTONS = {
    Action.LEDGER: ("看实事台账", ""),
    Action.LOOK: ("看看各单位", ""),
    Action.VOTE: ("去评一评", "voting:ballot"),
    Action.WATCH: ("看现场实况", "voting:live"),
    Action.RECEIPT: ("查我的选票", "voting:lookup"),
    Action.RESULTS: ("看结果", "voting:results"),
}


def _address(action: Action, contest: Contest) -> str:
    if action == Action.LEDGER:
        return reverse("showcase:ledger")
    name = _BUTTONS[action][1]
    return reverse(name, args=[contest.slug]) if name else _LIST_OF_UNITS


def _open_now(
    contest: Contest, now: datetime
) -> tuple[frozenset[Act], PollPause | None]:
    """The acts that are open; in a pause of the poll one cannot vote."""
    acts = acts_open(contest, now=now)
    if Act.VOTE not in acts:
        return acts, None
    pause = PollPause.objects.open().filter(poll__contest=contest).first()
    return (acts - {Act.VOTE} if pause else acts), pause


def _said(
    contest: Contest, acts: frozenset[Act], pause: PollPause | None, now: datetime
) -> Announcement:
    if pause is None:
        return announcement(contest.times, acts=acts, now=now)
    closes_at = moment(timezone.localtime(contest.poll_closes_at))
    return Announcement(
        kind="notice",
        label="民意测评暂停中",
        title=f"{closes_at} 截止，恢复以后照常投",
        text=f"{pause.notice}已经收到的选票一张不动。",
        action=Action.RECEIPT,
    )


@register.inclusion_tag("components/state.html")
def contest_panel(contest: Contest, lift: bool = False) -> dict[str, object]:
    """Where the contest stands, until when, and the one thing to do about it."""
    now = timezone.now()
    acts, pause = _open_now(contest, now)
    said = _said(contest, acts, pause, now)
    panel = {
        "kind": said.kind,
        "label": said.label,
        "title": said.title,
        "text": said.text,
        "lift": lift,
    }
    if said.until and said.until > now:
        panel |= {
            "left_label": "还有",
            "left": time_left(said.until - now),
            "left_note": said.text,
            "until": said.until.isoformat(),
        }
    if said.action:
        panel |= {
            "action_label": _BUTTONS[said.action][0],
            "action_url": _address(said.action, contest),
        }
    return panel


@register.simple_tag
def contest_doors(contest: Contest) -> list[dict[str, str]]:
    """What a visitor can do on this site now, in the order of use."""
    now = timezone.now()
    acts, pause = _open_now(contest, now)
    stage = stage_at(contest.times, now=now)
    look = {
        "icon": "photo",
        "title": "看单位",
        "text": "数字、照片和群众怎么说",
        "url": _address(Action.LOOK, contest),
    }
    vote = {
        "icon": "tick",
        "title": "评一评",
        "text": "约 3 分钟，选出您认可的",
        "url": _address(Action.VOTE, contest),
    }
    receipt = {
        "icon": "slip",
        "title": "查我的选票",
        "text": "凭受理号，看选票在不在",
        "url": _address(Action.RECEIPT, contest),
    }
    watch = {
        "icon": "people",
        "title": "看现场实况",
        "text": "谁在台上，评到第几个",
        "url": _address(Action.WATCH, contest),
    }
    results = {
        "icon": "flag",
        "title": "看结果",
        "text": "谁得了红旗，分数怎么来的",
        "url": _address(Action.RESULTS, contest),
    }
    ledger = {
        "icon": "list",
        "title": "实事台账",
        "text": "每件事谁来办、办到哪一步",
        "url": _address(Action.LEDGER, contest),
    }
    rules = {
        "icon": "people",
        "title": "怎么评",
        "text": "谁来评，分数怎么算",
        "url": reverse("voting:rules", args=[contest.slug]),
    }
    desk = {
        "icon": "pen",
        "title": "单位填报",
        "text": "参评单位从这里登录",
        "url": reverse("account_login"),
    }
    if stage in {Stage.NOTICE, Stage.FINAL, Stage.ARCHIVED}:
        return [results, look, receipt, ledger]
    if Act.VOTE in acts:
        return [look, vote, receipt, ledger]
    if Act.MARK in acts:
        return [watch, look, receipt, ledger]
    if pause or stage in {Stage.COUNT, Stage.NIGHT}:
        return [look, receipt, ledger]
    if Act.NOMINATE in acts:
        return [ledger, rules, desk]
    if stage in _BEFORE_THE_LIST or list_is_awaited(contest.times, now=now):
        return [ledger, rules]
    return [look, ledger, rules]


@register.simple_tag
def ballot_address(contest: Contest) -> str:
    """Where one votes now; nothing while one cannot."""
    acts, _ = _open_now(contest, timezone.now())
    return _address(Action.VOTE, contest) if Act.VOTE in acts else ""


@register.inclusion_tag("components/entry_notices.html")
def entry_notices(entry: Entry) -> dict[str, object]:
    """What two officials have said of this entry in public."""
    return {"notices": notices_of(entry)}


@register.inclusion_tag("components/vote_button.html")
def vote_button(entry: Entry) -> dict[str, object]:
    """Pick this unit on the ballot, or the reason why one cannot now."""
    now, contest = timezone.now(), entry.contest
    acts, pause = _open_now(contest, now)
    said = _said(contest, acts, pause, now)
    can_vote = Act.VOTE in acts and entry.shortlisted_at and not entry.withdrawn_at
    return {
        "number": entry.plate,
        "withdrawn": entry.gone,
        "url": f"{_address(Action.VOTE, contest)}?pick={entry.plate}"
        if can_vote
        else "",
        "said": said,
        "results_url": _address(Action.RESULTS, contest)
        if said.action == Action.RESULTS
        else "",
    }
