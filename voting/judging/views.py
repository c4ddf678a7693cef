"""The judge's page and the supervisor's. Whoever marks sees only the own sheet."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from showcase.contests.models import Contest
from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from site_cms.trail.models import Proposal
from voting.judging import services
from voting.judging.access import (
    ask_no_more,
    at_seat,
    forget,
    let_ask,
    may_ask,
    remember,
)
from voting.judging.errors import (
    DeviceNotSeated,
    JudgingError,
    MarksRefused,
    SeatInUse,
    SheetUnreadable,
)
from voting.judging.forms import (
    LockRejectForm,
    PinForm,
    read_form_sheet,
    read_json_sheet,
)
from voting.judging.judge_page import device_label, judge_context
from voting.judging.judge_queries import device_of, judge_payload, judge_view
from voting.judging.models import Device, Night, ScoreSheet, Seat, Turn
from voting.judging.queries import (
    LOCK,
    lock_summary,
    proposals_for_supervisor,
    sheet_payload,
)
from voting.judging.responses import tagged_json
from voting.judging.rules import SILENT_AFTER, read_marks

log = logging.getLogger(__name__)

_STATUS = {"not_seated": 403, "marks_refused": 422, "unreadable": 400}


@require_safe
@at_seat
def judge(
    request: HttpRequest, token: str, seat: Seat, device: Device | None
) -> HttpResponse:
    """The card's address: PIN first, then whatever the night asks of this seat."""
    if device is None:
        if may_ask(request, seat):
            return _take_over_page(request, token, seat)
        return _pin_page(request, token, seat, PinForm())
    section = "greet" if "greet" in request.GET and device.has_the_seat else ""
    view = judge_view(device, now=timezone.now(), wanted=_turn_in_address(request))
    if "change" in request.GET and view.state == "received":
        section = "open"
    context = judge_context(
        token=token, seat=seat, device=device, view=view, section=section
    )
    return render(request, "voting/judging/judge.html", context)


@require_POST
@at_seat
def sign_in(
    request: HttpRequest, token: str, seat: Seat, device: Device | None
) -> HttpResponse:
    form = PinForm(request.POST)
    if not form.is_valid():
        return _pin_page(request, token, seat, form)
    try:
        device = services.sign_in(
            seat=seat,
            pin=form.cleaned_data["pin"],
            label=_label(request),
            now=timezone.now(),
        )
    except SeatInUse:
        response = redirect("voting:judge", token=token)
        let_ask(response, token, seat)
        return response
    except JudgingError as error:
        form.add_error("pin", error.message)
        return _pin_page(request, token, seat, form)
    return _welcome(token, device)


@require_POST
@at_seat
def take_over(
    request: HttpRequest, token: str, seat: Seat, device: Device | None
) -> HttpResponse:
    """The judge has read what it means to go on with this device: ask the host, or leave it."""
    response = redirect("voting:judge", token=token)
    if "answer" in request.POST and may_ask(request, seat):
        if request.POST["answer"] == "take":
            device = services.ask_for_seat(
                seat=seat, label=_label(request), now=timezone.now()
            )
            response = _welcome(token, device)
        ask_no_more(response, token)
    return response


@require_POST
@at_seat
def leave(
    request: HttpRequest, token: str, seat: Seat, device: Device | None
) -> HttpResponse:
    if device is not None:
        services.leave_seat(device=device, now=timezone.now())
    response = redirect("voting:judge", token=token)
    forget(response, token)
    return response


def _welcome(token: str, device: Device) -> HttpResponse:
    response = redirect("voting:judge", token=token)
    response["Location"] += "?greet"
    remember(response, token, device)
    return response


def _label(request: HttpRequest) -> str:
    return device_label(request.headers.get("User-Agent", ""))


def _pin_page(
    request: HttpRequest, token: str, seat: Seat, form: PinForm
) -> HttpResponse:
    context = {
        "token": token,
        "seat": seat,
        "contest": seat.night.contest,
        "form": form,
    }
    return render(request, "voting/judging/pin.html", context)


def _take_over_page(request: HttpRequest, token: str, seat: Seat) -> HttpResponse:
    now = timezone.now()
    other = device_of(seat)
    context = {
        "token": token,
        "seat": seat,
        "contest": seat.night.contest,
        "other": other,
        "is_there": other is not None and now - other.seen_at <= SILENT_AFTER,
        "sent": ScoreSheet.objects.latest().filter(seat=seat).count(),
    }
    return render(request, "voting/judging/take_over.html", context)


def _turn_in_address(request: HttpRequest) -> int | None:
    """Of several that are open together, the one whose link was followed."""
    text = request.GET.get("turn", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else None


@require_GET
@at_seat
def judge_state(
    request: HttpRequest, token: str, seat: Seat, device: Device | None
) -> HttpResponse:
    """What the device asks every two seconds. ``draft`` names the turn it holds marks for."""
    if device is None:
        return _refusal(DeviceNotSeated())
    now = timezone.now()
    view = judge_view(device, now=now)
    draft = request.GET.get("draft")
    services.note_presence(
        device=device,
        drafting=next((t for t in view.open_turns if str(t.pk) == draft), None),
        now=now,
    )
    return tagged_json(request, judge_payload(view))


@require_POST
@at_seat
def post_sheet(
    request: HttpRequest, token: str, seat: Seat, device: Device | None
) -> HttpResponse:
    """One version of a sheet from the script. Answered means committed."""
    now = timezone.now()
    try:
        if device is None:
            raise DeviceNotSeated
        sheet = services.submit_sheet(
            device=device, now=now, **read_json_sheet(request.body)._asdict()
        )
    except JudgingError as error:
        return _refusal(error)
    return JsonResponse(
        {
            "sheet": sheet_payload(sheet),
            "view": judge_payload(judge_view(device, now=now)),
        }
    )


def _refusal(error: JudgingError) -> JsonResponse:
    body: dict[str, Any] = {"error": error.code, "message": error.message}
    if isinstance(error, MarksRefused):
        body["problems"] = error.problems
    return JsonResponse(body, status=_STATUS.get(error.code, 409))


@require_POST
@at_seat
def check_sheet(
    request: HttpRequest, token: str, seat: Seat, device: Device | None
) -> HttpResponse:
    """Without a script: read the marks back with the unit's number and name."""
    return _form_sheet(request, token, seat, device, sends=False)


@require_POST
@at_seat
def send_sheet(
    request: HttpRequest, token: str, seat: Seat, device: Device | None
) -> HttpResponse:
    """Without a script: the confirmed sheet."""
    return _form_sheet(request, token, seat, device, sends=True)


def _form_sheet(
    request: HttpRequest, token: str, seat: Seat, device: Device | None, *, sends: bool
) -> HttpResponse:
    if device is None:
        return redirect("voting:judge", token=token)
    now = timezone.now()
    view = judge_view(device, now=now)
    typed: dict[str, object] = {}
    problems: dict[str, str] = {}
    note = ""
    try:
        posted = read_form_sheet(request.POST.dict())
        typed = posted.marks
        view = judge_view(device, now=now, wanted=posted.turn_id)
        if view.turn is None or view.turn.pk != posted.turn_id:
            raise SheetUnreadable(
                "台上已经换了单位，这份没有收。请看清现在的编号和名称再打。"
            )
        if sends:
            services.submit_sheet(device=device, now=now, **posted._asdict())
            return redirect("voting:judge", token=token)
        ranges = [criterion.range for criterion in view.turn.round.criteria.all()]
        typed_well, problems = read_marks(typed, ranges)
        typed = typed | typed_well
    except MarksRefused as error:
        note, problems = error.message, error.problems
    except JudgingError as error:
        note = error.message
    if problems:
        note = note or MarksRefused.message
    can_mark = view.state in {"open", "received"}
    context = judge_context(
        token=token,
        seat=seat,
        device=device,
        view=view,
        section=("open" if note else "confirm") if can_mark else "",
        note=note,
        typed=typed,
        problems=problems,
    )
    status = 422 if note else 200
    return render(request, "voting/judging/judge.html", context, status=status)


# The supervisor


@require_safe
@never_cache
@role_required(Role.SUPERVISOR, opens="监督签认")
def supervise(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for the second person."""
    night = _night_or_404(slug)
    context = {"night": night, "waiting": proposals_for_supervisor(night)}
    return render(request, "voting/judging/supervise.html", context)


@require_safe
@never_cache
@role_required(Role.SUPERVISOR, opens="监督签认")
def supervise_lock(request: HttpRequest, slug: str, proposal_id: int) -> HttpResponse:
    """One request: exceptions, not marks."""
    night, proposal, turn = _proposal_or_404(slug, proposal_id)
    return _lock_page(request, night, proposal, turn, LockRejectForm())


@require_POST
@role_required(Role.SUPERVISOR, opens="监督签认")
def confirm_lock(request: HttpRequest, slug: str, proposal_id: int) -> HttpResponse:
    night, proposal, turn = _proposal_or_404(slug, proposal_id)
    try:
        services.confirm_lock(by=request.user, proposal=proposal, now=timezone.now())
    except Refusal as error:
        return _lock_page(
            request,
            night,
            proposal,
            turn,
            LockRejectForm(),
            note=error.message,
            status=409,
        )
    return redirect("voting:supervise_lock", slug=slug, proposal_id=proposal.pk)


@require_POST
@role_required(Role.SUPERVISOR, opens="监督签认")
def reject_lock(request: HttpRequest, slug: str, proposal_id: int) -> HttpResponse:
    night, proposal, turn = _proposal_or_404(slug, proposal_id)
    form = LockRejectForm(request.POST)
    note = ""
    if form.is_valid():
        try:
            services.reject_lock(
                by=request.user,
                proposal=proposal,
                remark=form.sentence(),
                now=timezone.now(),
            )
        except Refusal as error:
            note = error.message
        else:
            return redirect("voting:supervise", slug=slug)
    return _lock_page(request, night, proposal, turn, form, note=note, status=422)


def _lock_page(
    request: HttpRequest,
    night: Night,
    proposal: Proposal,
    turn: Turn,
    form: LockRejectForm,
    *,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "night": night,
        "proposal": proposal,
        "decision": getattr(proposal, "decision", None),
        "turn": turn,
        "recalled": turn.has_recalled(proposal),
        "summary": lock_summary(turn, now=timezone.now()),
        "form": form,
        "note": note,
        "waiting": len(proposals_for_supervisor(night)),
    }
    return render(request, "voting/judging/supervise_lock.html", context, status=status)


def _night_or_404(slug: str) -> Night:
    contest = get_object_or_404(Contest, slug=slug)
    return get_object_or_404(
        Night.objects.select_related("contest", "current_turn"), contest=contest
    )


def _proposal_or_404(slug: str, proposal_id: int) -> tuple[Night, Proposal, Turn]:
    night = _night_or_404(slug)
    proposal = get_object_or_404(
        Proposal.objects.select_related("proposed_by", "decision__decided_by"),
        pk=proposal_id,
        kind=LOCK,
        subject_type=Turn._meta.label,
    )
    turn = get_object_or_404(
        Turn.objects.of_night(night).select_related(
            "round__night", "entry__unit", "lock"
        ),
        pk=proposal.subject_id,
    )
    return night, proposal, turn
