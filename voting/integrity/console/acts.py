"""What is done to a group: fill in, see what will happen and what the public reads, confirm."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic.edit import FormMixin
from wagtail.admin import messages

from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Proposal
from voting.integrity import services
from voting.integrity.console.frame import GroupPage
from voting.integrity.decision_rules import ReasonCode, objection_deadline
from voting.integrity.detection_queries import (
    ballots_in,
    ballots_of_same_voter_days,
)
from voting.integrity.evidence_queries import evidence_of
from voting.integrity.forms import (
    DecideForm,
    DismissForm,
    HoldForm,
    ProposeRestoreForm,
    ProposeVoidForm,
    ReleaseForm,
    VoterDaysForm,
)
from voting.integrity.models import VoterObjection
from voting.integrity.queries import RESTORE, VOID, ballot_of

_RECORDED = "您的名字、时间和理由记入操作记录和公开日志，以后删不掉。"


class ActPage(FormMixin, GroupPage, ABC):
    """``verb`` names the act, ``done`` what is said after it.

    ``service`` does it: it takes the group, who acts, the time, and what the form asked for.
    """

    roles = (Role.INTEGRITY,)
    opens = "防刷票：隔离、放回、提议作废和恢复"
    template_name = "voting/integrity/admin/act.html"
    verb: str
    done: str
    form_class: type[forms.Form]
    service: Callable[..., object]

    @abstractmethod
    def effects(self) -> list[str]:
        """What will happen, a sentence each."""

    def act(self, words: dict[str, Any]) -> None:
        self.service(by=self.request.user, group=self.group, now=self.now, **words)

    def hindrance(self) -> str:
        """Why there is nothing to do here now; empty where there is."""
        return ""

    def told(self, words: dict[str, Any]) -> list[str]:
        """What everybody will read, as paragraphs; nothing where nothing is published."""
        return []

    def post(self, request, *args, **kwargs) -> HttpResponse:
        form = self.get_form()
        if self.hindrance() or not form.is_valid() or "change" in request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        if "confirmed" not in request.POST:
            context = self.get_context_data(
                form=form, is_preview=True, told=self.told(form.cleaned_data)
            )
            return self.render_to_response(context)
        return self.try_to(lambda: self.act(form.cleaned_data), form)

    def try_to(self, act: Callable[[], None], form: forms.Form) -> HttpResponse:
        try:
            act()
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(self.request, self.done)
        return redirect(self.address("group"))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "verb": self.verb,
            "effects": self.effects(),
            "hindrance": self.hindrance(),
            "sent": [
                (name, value)
                for name, value in self.request.POST.items()
                if name in self.form_class.base_fields
            ],
        }

    @property
    def is_proposed(self) -> bool:
        return self.line.proposal is not None


class HoldPage(ActPage):
    form_class = HoldForm
    service = staticmethod(services.hold_group)
    page_title = "隔离"
    verb = "隔离"
    done = "已经隔离，现在不计入，一张没有删。下一步：提议作废，或者放回。"

    def get_initial(self):
        return {"reason": "这一组选票像是由程序提交的，正在核查。"}

    def hindrance(self):
        counted = self.line.standings.counted
        return "" if counted else "这一组的选票现在都已经不计入，不用隔离。"

    def effects(self):
        return [
            f"这一组现在计入的 {self.line.standings.counted} 张先不计入，一张不删，随时可以放回。",
            "投票人凭受理号查到“隔离待查”。不通知任何单位。",
            "一个人就能做。要作废，还得提议，再由另一位监督员确认。",
            "没有决定以前，结果算不出来。",
            _RECORDED,
        ]

    def told(self, words):
        return [
            f"公开日志：隔离第 {self.group.number} 组 {self.line.standings.counted} 张，"
            f"{self.request.user}。理由：{words['reason']}",
            "作废公示页上的“隔离待查”张数随着增加。",
        ]


class ReleasePage(ActPage):
    form_class = ReleaseForm
    service = staticmethod(services.release_group)
    page_title = "放回"
    verb = "放回，照常计入"
    done = "已经放回，照常计入。"

    def hindrance(self):
        if self.is_proposed:
            return "这一组的作废提议在等第二人。先请第二人退回，再放回。"
        return "" if self.line.standings.held else "这一组现在没有隔离着的选票。"

    def effects(self):
        return [
            f"隔离着的 {self.line.standings.held} 张照常计入。",
            "投票人凭受理号查到：曾经隔离，查清解除，照常计入。",
            _RECORDED,
        ]

    def told(self, words):
        return [
            f"公开日志：解除隔离第 {self.group.number} 组 {self.line.standings.held} 张，"
            f"{self.request.user}。理由：{words['reason']}"
        ]


class DismissPage(ActPage):
    form_class = DismissForm
    service = staticmethod(services.dismiss_group)
    page_title = "看过，不隔离"
    verb = "记下不隔离"
    done = "已经记下。这一组的选票照常计入；再变大时会重新出现在“还没有人看”里。"

    def hindrance(self):
        standings = self.line.standings
        if standings.held or standings.void or self.is_proposed:
            return "这一组已经隔离或者作废，请从那里放回或者恢复。"
        return ""

    def effects(self):
        return [
            f"这一组 {self.line.standings.ballots} 张选票不动，照常计入。",
            "您的名字、时间和理由记入操作记录。",
        ]


class VoterDaysPage(ActPage):
    form_class = VoterDaysForm
    service = staticmethod(services.add_voter_days)
    page_title = "加上同一投票人当天的票"
    verb = "加进这一组"
    done = "已经加上。提议作废时，一起提。"

    def added(self) -> int:
        known = ballots_in(self.group)
        return len(ballots_of_same_voter_days(self.poll, known)) - len(known)

    def hindrance(self):
        if self.is_proposed:
            return "这一组的提议在等第二人，现在不能加。"
        if not self.added():
            return "这些投票人当天的选票都已经在这一组里，没有可以加的。"
        return ""

    def effects(self):
        also = "，跟着一起隔离" if self.line.standings.held else ""
        return [
            f"这一组的投票人当天还投了 {self.added()} 张，全部加进这一组{also}。",
            "依据是规则：查实刷票的，该投票人当天的票一并作废。",
            "加进来以后不能再单独拿出去，可以整组放回。",
            "您的名字和时间记入操作记录。",
        ]


class ProposeVoidPage(ActPage):
    form_class = ProposeVoidForm
    service = staticmethod(services.propose_void)
    page_title = "提议作废"
    verb = "提议作废，送第二人确认"
    done = "已经提出，等一位监督员确认。您不能确认自己的提议。"

    def hindrance(self):
        if self.is_proposed:
            return "这一组已经有一个提议在等第二人。"
        if not self.line.standings.held:
            return "先隔离，再提议作废。"
        return ""

    def effects(self):
        return [
            f"现在什么都不变：{self.line.standings.held} 张仍旧隔离，等一位监督员确认。",
            "确认以后立刻作废：不计入，一张不删，可以由两个人恢复。",
            "作废以后 72 小时内，投票人可以凭受理号提异议，由您以外的人答复。",
            _RECORDED,
        ]

    def told(self, words):
        code = ReasonCode(words["code"]).label
        deadline = timezone.localtime(objection_deadline(self.now))
        return [
            f"作废 {self.line.standings.held} 张选票，原因：{code}。{words['reason']}",
            f"提出 {self.request.user}，确认（监督员的名字）。",
            f"本人投的票被作废的，72 小时内可以凭受理号提出异议（现在确认的话，到 "
            f"{deadline:%-m 月 %-d 日 %H:%M}）。",
        ]


class ProposeRestorePage(ActPage):
    form_class = ProposeRestoreForm
    page_title = "提议恢复"
    verb = "提议恢复，送第二人确认"
    done = "已经提出，等一位监督员确认。"

    def get_initial(self):
        asked = self.request.GET.get("objection", "")
        return {"objection": asked if _is_number(asked) else None}

    def objection(self) -> VoterObjection | None:
        asked = self.request.POST.get("objection") or self.request.GET.get("objection")
        if not asked or not _is_number(asked):
            return None
        return get_object_or_404(
            VoterObjection.objects.select_related("act__poll__contest"),
            pk=int(asked),
            act__of_group__group=self.group,
        )

    def number(self) -> int:
        objection = self.objection()
        if objection is None:
            return self.line.standings.void
        wanted = ballot_of(objection)
        return sum(
            each.is_void_here and each.ballot_id == wanted for each in self.members
        )

    def hindrance(self):
        if self.is_proposed:
            return "这一组已经有一个提议在等第二人。"
        return "" if self.number() else "这里没有作废着的选票，不用恢复。"

    def effects(self):
        return [
            f"现在什么都不变，等一位监督员确认。确认以后 {self.number()} 张照常计入。",
            "作废和恢复都留在公开日志里，谁都看得到。",
            _RECORDED,
        ]

    def told(self, words):
        return [f"恢复 {self.number()} 张，照常计入。理由：{words['reason']}"]

    def act(self, words):
        services.propose_restore(
            by=self.request.user,
            group=self.group,
            reason=words["reason"],
            evidence=words["evidence"],
            objection=self.objection(),
            now=self.now,
        )


class DecidePage(ActPage):
    """The second person's page: what was proposed and why, what will happen, yes or no."""

    roles = (Role.SUPERVISOR,)
    opens = "防刷票：作为第二人确认或者退回作废和恢复"
    form_class = DecideForm
    page_title = "第二人确认"
    template_name = "voting/integrity/admin/decide.html"
    verb = "送出意见"

    @property
    def done(self) -> str:
        if self.request.POST.get("agree") == "no":
            return "已经退回。选票照原样，提出的人能看到您的理由。"
        return "已经确认，公开日志和公示页都已更新。"

    def get_initial(self):
        return {"proposal": self.line.proposal.pk} if self.line.proposal else {}

    def hindrance(self):
        proposal = self.line.proposal
        if proposal is None:
            return "这一组现在没有提议在等第二人。"
        if proposal.proposed_by_id == self.request.user.pk:
            return "这是您提出的，请另一位监督员在自己的设备上确认。"
        return ""

    def effects(self):
        proposal = self.line.proposal
        if proposal and proposal.kind == VOID:
            return [
                f"{proposal.payload['ballots']} 张选票立刻作废：不计入，一张不删。",
                "投票人凭受理号查到“已作废”和理由，72 小时内可以提异议。",
                "公开日志、公示页立刻更新，写明您和提出人的名字。",
                "发现错了，可以由两个人恢复。",
            ]
        number = proposal.payload["ballots"] if proposal else 0
        return [
            f"{number} 张选票立刻恢复，照常计入。",
            "公开日志、公示页立刻更新，写明您和提出人的名字。",
        ]

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if self.hindrance() or not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        return self.try_to(lambda: self.act(form.cleaned_data), form)

    def act(self, words):
        proposal = Proposal.objects.filter(pk=words["proposal"]).first()
        if proposal is None or proposal != self.line.proposal:
            raise NothingProposed
        if words["agree"] == "no":
            services.reject_proposal(
                by=self.request.user,
                proposal=proposal,
                remark=words["remark"],
                now=self.now,
            )
            return
        confirm = {VOID: services.confirm_void, RESTORE: services.confirm_restore}
        confirm[proposal.kind](by=self.request.user, proposal=proposal, now=self.now)

    def get_context_data(self, **kwargs):
        proposal = self.line.proposal
        evidence = evidence_of(self.group, self.members)
        code = proposal.payload.get("code") if proposal else ""
        return super().get_context_data(**kwargs) | {
            "proposal": proposal,
            "code": ReasonCode(code).label if code else "",
            "is_void": proposal is not None and proposal.kind == VOID,
            "evidence": evidence,
            "sample": evidence.lines[:: max(1, len(evidence.lines) // 20)][:20],
        }


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
