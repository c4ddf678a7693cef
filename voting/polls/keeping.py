"""What an administrator sees and does while a poll is open: its health, a pause, more time."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import policy_registry

from site_cms.refusals import Refusal
from site_cms.templatetags.design import moment
from voting.polls.forms import ExtendForm, ResumeForm, WordsForm
from voting.polls.health import HEIGHT, SHOWN, WIDTH, health_of
from voting.polls.models import Poll
from voting.polls.notices import (
    Notice,
    extension_notice,
    pause_notice,
    resume_notice,
)
from voting.polls.queries import open_pause
from voting.polls.rules import Moment, moment_of
from voting.polls.services import extend_poll, pause_poll, resume_poll


class OfPoll(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """A page of one poll in the admin."""

    model = Poll
    permission_required = "change"
    header_icon = "check"
    _show_breadcrumbs = True

    @cached_property
    def permission_policy(self):
        return policy_registry.get_by_type(Poll)

    @cached_property
    def poll(self) -> Poll:
        polls = Poll.objects.select_related("contest")
        return get_object_or_404(polls, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("polls:index"), "label": "民意测评"},
            {"url": "", "label": f"{self.page_title}：{self.poll.contest}"},
        ]

    @cached_property
    def moment(self) -> Moment:
        contest = self.poll.contest
        return moment_of(
            opens_at=contest.poll_opens_at,
            closes_at=contest.poll_closes_at,
            opened=self.poll.is_opened,
            now=timezone.now(),
        )

    @property
    def is_open(self) -> bool:
        return self.moment == Moment.OPEN

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "poll": self.poll,
            "contest": self.poll.contest,
            "is_open": self.is_open,
            "moment": self.moment.value,
            "pause": open_pause(self.poll.pk),
        }


class HealthView(OfPoll, TemplateView):
    template_name = "voting/polls/admin/health.html"
    page_title = "测评情况"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        health = health_of(self.poll, now=timezone.now())
        drawing = {"width": SHOWN * WIDTH, "height": HEIGHT, "bar": WIDTH - 2}
        context = {"health": health, "drawing": drawing}
        return super().get_context_data(**kwargs) | context


class ActView(OfPoll, FormView, ABC):
    """Fill in, see what will happen and what the public will read, confirm."""

    template_name = "voting/polls/admin/act.html"
    verb: ClassVar[str]
    done: ClassVar[str]

    @abstractmethod
    def notice(self, words: dict[str, Any]) -> Notice: ...

    @abstractmethod
    def effects(self, words: dict[str, Any]) -> list[str]: ...

    @abstractmethod
    def act(self, words: dict[str, Any]) -> None: ...

    def post(self, request, *args, **kwargs) -> HttpResponse:
        if not self.is_open:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form) -> HttpResponse:
        words = form.cleaned_data
        if "confirmed" not in self.request.POST:
            return self.shown(form, words)
        try:
            self.act(words)
        except Refusal as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect("polls:health", self.poll.pk)

    def shown(self, form, words: dict[str, Any]) -> HttpResponse:
        is_told = not self.poll.contest.hidden
        return self.render_to_response(
            self.get_context_data(
                form=form,
                is_preview="change" not in self.request.POST,
                notice=self.notice(words) if is_told else None,
                effects=self.effects(words),
            )
        )

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "verb": self.verb,
            "sent": [
                (name, value)
                for name, value in self.request.POST.items()
                if name in self.form_class.base_fields
            ],
        }


class PauseView(ActView):
    form_class = WordsForm
    page_title = "暂停"
    verb = "暂停投票"
    done = "已经暂停，一张选票也不再收。"

    def notice(self, words):
        contest = self.poll.contest
        return pause_notice(
            contest.name,
            words=words["words"],
            at=timezone.now(),
            closes_at=contest.poll_closes_at,
        )

    def effects(self, words):
        return [
            "确认以后立刻不再收选票，对谁都一样。正在保存的那一张会保存好。",
            "已经收到的选票一张不动，受理号照常能查。",
            "正在投票的人看到下面的原因，选好的留在他们手机上，最多一天。",
            f"截止时间不变：{moment(timezone.localtime(self.poll.contest.poll_closes_at))}。"
            "停得久了，请另外延长。",
            "您的名字、时间和原因记入操作记录。恢复也要有人来点。",
        ]

    def act(self, words):
        pause_poll(
            by=self.request.user,
            poll=self.poll,
            notice=words["words"],
            now=timezone.now(),
        )


class ResumeView(ActView):
    form_class = ResumeForm
    page_title = "恢复"
    verb = "恢复投票"
    done = "已经恢复，选票照常收。"

    def notice(self, words):
        contest = self.poll.contest
        return resume_notice(
            contest.name,
            words=words["words"],
            at=timezone.now(),
            closes_at=contest.poll_closes_at,
        )

    def effects(self, words):
        return [
            "确认以后立刻可以投票，到截止时间为止。",
            "暂停以前投过的人不能再投，张数规则不变。",
            "暂停从几点到几点、谁点的，都留在操作记录里。",
        ]

    def act(self, words):
        resume_poll(
            by=self.request.user,
            poll=self.poll,
            notice=words["words"],
            now=timezone.now(),
        )


class ExtendView(ActView):
    form_class = ExtendForm
    page_title = "延长"
    verb = "延长投票时间"
    done = "截止时间已经推后。"

    def get_initial(self) -> dict[str, Any]:
        return {"closes_at": self.poll.contest.poll_closes_at}

    def notice(self, words):
        contest = self.poll.contest
        return extension_notice(
            contest.name,
            words=words["words"],
            before=contest.poll_closes_at,
            after=words["closes_at"],
        )

    def effects(self, words):
        before = self.poll.contest.poll_closes_at
        return [
            f"截止由 {moment(timezone.localtime(before))} 推后到 "
            f"{moment(timezone.localtime(words['closes_at']))}，网站各处马上改过来。",
            "只能推后，以后不能再改回来。票数照旧到截止才公布。",
            "每天计张数的，多出来的每一天都可以投。",
            "您的名字、时间和原因记入操作记录。",
        ]

    def form_valid(self, form):
        if form.cleaned_data["closes_at"] <= self.poll.contest.poll_closes_at:
            form.add_error(
                "closes_at",
                "新的截止时间必须晚于现在的截止时间。投票开始以后，截止只能推后。",
            )
            return self.form_invalid(form)
        return super().form_valid(form)

    def act(self, words):
        extend_poll(
            by=self.request.user,
            poll=self.poll,
            closes_at=words["closes_at"],
            reason=words["words"],
            now=timezone.now(),
        )
