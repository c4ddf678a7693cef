"""The desk of objections: take them up, look at who made them, answer by two people."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.encoding import escape_uri_path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from showcase.contests.models import Contest
from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from site_cms.trail.errors import NothingProposed
from voting.results.notice_queries import (
    against_final,
    notice_of,
    years_not_arranged,
)
from voting.results.objection_forms import ConfirmReplyForm, ReplyForm, StepForm
from voting.results.objection_models import Objection, ObjectionFile
from voting.results.objection_queries import (
    files_of,
    objections_of,
    person_of,
    replies_sent_back,
    replies_waiting,
    reply_proposal,
)
from voting.results.objection_rules import Outcome, Step
from voting.results.objection_services import (
    confirm_reply,
    propose_reply,
    read_person,
    reject_reply,
    take_step,
)

DESK = (Role.ADMINISTRATOR, Role.SUPERVISOR)


@require_safe
@never_cache
@role_required(*DESK, opens="公示和异议：看每一件")
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The notice, and every objection with where it stands."""
    contest = get_object_or_404(Contest, slug=slug)
    now = timezone.now()
    notice = notice_of(contest, now=now)
    waiting = replies_waiting(contest)
    context = {
        "contest": contest,
        "notice": notice,
        "not_arranged": years_not_arranged(notice) if notice else [],
        "lines": [(each, waiting.get(each.pk)) for each in objections_of(contest)],
        "still_open": against_final(contest, now=now) if notice else [],
        "may_extend": has_role(request.user, Role.ADMINISTRATOR)
        and contest.finalised_at is None,
    }
    return render(request, "voting/results/objections_desk.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*DESK, opens="公示和异议：受理、核查、答复（两个人）")
def one(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One objection, and the form for what this person may do with it now."""
    objection = _objection_or_404(slug, number)
    act = _ACTS.get(request.POST.get("act", ""))
    if act is not None:
        return act(request, objection)
    return _page(request, objection)


def _objection_or_404(slug: str, number: int) -> Objection:
    contest = get_object_or_404(Contest, slug=slug)
    return get_object_or_404(objections_of(contest), number=number)


def _page(request: HttpRequest, objection: Objection, **more) -> HttpResponse:
    proposal = reply_proposal(objection)
    is_administrator = has_role(request.user, Role.ADMINISTRATOR)
    may_propose = is_administrator and objection.is_open and proposal is None
    may_answer = (
        proposal is not None
        and has_role(request.user, Role.SUPERVISOR)
        and proposal.proposed_by_id != request.user.pk
    )
    taken = {each.step for each in objection.steps.all()}
    context = {
        "contest": objection.contest,
        "objection": objection,
        "files": files_of(objection),
        "is_forgotten": person_of(objection) is None,
        "proposal": proposal,
        "sent_back": replies_sent_back(objection),
        "proposed_outcome": Outcome(proposal.payload["outcome"]).label
        if proposal
        else "",
        "steps_left": [step for step in Step if step not in taken]
        if is_administrator and objection.is_open
        else [],
        "step_form": StepForm(),
        "reply_form": ReplyForm(initial=_last_words(objection))
        if may_propose
        else None,
        "answer_form": ConfirmReplyForm(initial={"proposal": proposal.pk})
        if may_answer
        else None,
    }
    return render(request, "voting/results/objection_desk.html", context | more)


def _last_words(objection: Objection) -> dict[str, str]:
    """What was sent back last, to be mended and proposed again."""
    sent_back = replies_sent_back(objection)
    if not sent_back:
        return {}
    return sent_back[0].payload | {"reason": sent_back[0].reason}


def _done(
    request: HttpRequest, objection: Objection, act: Callable[[], str]
) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("voting:objection_desk", objection.contest.slug, objection.number)


def _person(request: HttpRequest, objection: Objection) -> HttpResponse:
    try:
        person = read_person(by=request.user, objection=objection, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(
            "voting:objection_desk", objection.contest.slug, objection.number
        )
    return _page(request, objection, person=person)


def _step(request: HttpRequest, objection: Objection) -> HttpResponse:
    form = StepForm(request.POST)
    step = request.POST["act"]
    if not has_role(request.user, Role.ADMINISTRATOR) or not form.is_valid():
        return _page(request, objection, step_form=form)

    def act() -> str:
        take_step(
            by=request.user,
            objection=objection,
            step=Step(step),
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )
        return f"已记下：{Step(step).label}。提出人凭查询码能看到。"

    return _done(request, objection, act)


def _reply(request: HttpRequest, objection: Objection) -> HttpResponse:
    form = ReplyForm(request.POST)
    if not has_role(request.user, Role.ADMINISTRATOR) or reply_proposal(objection):
        return _page(request, objection)
    if form.is_valid():
        try:
            propose_reply(
                by=request.user,
                objection=objection,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return _done(
                request,
                objection,
                lambda: (
                    "已经提出，等一位监督员在自己的设备上同意。在此以前谁也看不到答复。"
                ),
            )
    return _page(request, objection, reply_form=form)


def _answer(request: HttpRequest, objection: Objection) -> HttpResponse:
    form = ConfirmReplyForm(request.POST)
    if not has_role(request.user, Role.SUPERVISOR) or not form.is_valid():
        return _page(request, objection, answer_form=form)
    return _done(
        request, objection, lambda: _decide(request.user, objection, form.cleaned_data)
    )


def _decide(by, objection: Objection, given: dict) -> str:
    proposal = reply_proposal(objection)
    if proposal is None or proposal.pk != given["proposal"]:
        raise NothingProposed
    now = timezone.now()
    if given["agree"] == "yes":
        confirm_reply(by=by, proposal=proposal, now=now)
        return "已经答复。提出人凭查询码能看到，公示页已经公布，没有提出人的姓名。"
    reject_reply(by=by, proposal=proposal, remark=given["remark"], now=now)
    return "已退回，没有答复。您的意见已记下，提出的人能看到。"


_ACTS = {
    "person": _person,
    Step.ACCEPTED: _step,
    Step.CHECKING: _step,
    "reply": _reply,
    "answer": _answer,
}


@require_safe
@never_cache
@role_required(*DESK, opens="公示和异议：看附件")
def attachment(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """A file of an objection, to be kept and looked at; nothing in it is run by the browser."""
    files = ObjectionFile.objects.filter(
        objection__contest__slug=slug, objection__number=number
    )
    file = get_object_or_404(files, pk=pk)
    name = escape_uri_path(file.name)
    return HttpResponse(
        bytes(file.content),
        content_type=file.content_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
