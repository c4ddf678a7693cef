"""The host's console, the screens of the hall and the page for phones."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from showcase.contests.models import Contest
from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from site_cms.pages.cache.kept import kept_page
from site_cms.refusals import Refusal
from site_cms.security_headers import framed_by_own_pages, frames_own_pages
from voting.judging import services as judging
from voting.judging.models import Device, Night, Seat, Turn
from voting.judging.queries import night_of
from voting.judging.responses import tagged
from voting.judging.rules import HostAct, Undo
from voting.stage import services
from voting.stage.desk_queries import desk
from voting.stage.forms import (
    AbsenceForm,
    ActForm,
    ClockForm,
    MotionForm,
    RevealForm,
    SceneForm,
    SlideForm,
    TurnForm,
    UndoForm,
)
from voting.stage.live import live_link
from voting.stage.models import Scene, Show
from voting.stage.queries import public_show, show_at, slides_at_hand
from voting.stage.reveal_queries import RevealDesk, reveal_desk
from voting.stage.reveal_services import (
    begin_reveal,
    end_reveal,
    hand_over_reveal,
    stop_reveal,
    turn_reveal,
)
from voting.stage.rules import FORMAT
from voting.stage.snapshots import snapshot_of
from voting.stage.wording import UNDO_WORDS, act_words, gates

# Thousands open the page for phones at once; what it says may be as old as this.
ONE_SECOND = timedelta(seconds=1)

_OLD_PICTURE = "这一步没有做成：页面不是最新的。请看清现在的情况再按。"


def _night_or_404(slug: str) -> Night:
    contest = get_object_or_404(Contest, slug=slug)
    night = night_of(contest)
    if night is None:
        raise Http404
    return night


def _desk_of(request: HttpRequest) -> str:
    """The name of this browser: two windows of it are one console, two computers are not."""
    key = request.session.session_key or ""
    return salted_hmac("voting.stage.console", key).hexdigest()


def _desk_context(
    request: HttpRequest, night: Night, *, note: str = ""
) -> dict[str, object]:
    now, show = timezone.now(), services.make_show(night=night)
    found = desk(night, show, desk=_desk_of(request), now=now)
    reveal = reveal_desk(found.show, now=now)
    return {
        "desk": found,
        "night": night,
        "contest": night.contest,
        "act": act_words(found),
        "gates": gates(found),
        "undo": UNDO_WORDS.get(found.undo, ""),
        "more_seconds": judging.MORE_SECONDS,
        "scenes": _scenes(reveal),
        "reveal": reveal,
        "slides": slides_at_hand(found.show, found.current),
        "note": note,
    }


def _scenes(reveal: RevealDesk | None) -> list[tuple[Scene, str]]:
    """Pictures that there are, each with its key."""
    scenes = [
        (Scene.ENTRY, "E"),
        (Scene.ORDER, "O"),
        (Scene.DRAW, "D"),
        (Scene.WAITING, "W"),
        (Scene.BLACK, "B"),
    ]
    if reveal and reveal.reveal and not reveal.is_at_wall:
        scenes.insert(0, (Scene.REVEAL, "V"))
    elif reveal and (reveal.is_at_wall or reveal.is_released):
        scenes.insert(0, (Scene.WALL, "F"))
    return scenes


@require_safe
@never_cache
@role_required(Role.HOST, opens="主持现场评比会")
@frames_own_pages
def host(request: HttpRequest, slug: str) -> HttpResponse:
    context = _desk_context(request, _night_or_404(slug))
    return render(request, "voting/stage/host.html", context)


@require_GET
@role_required(Role.HOST, opens="主持现场评比会")
def host_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The moving parts of the console, asked for every second or two."""
    return _desk_parts(request, _night_or_404(slug))


def _desk_parts(request: HttpRequest, night: Night, *, note: str = "") -> HttpResponse:
    # Without the request no form carries a token, so an unchanged desk keeps its ETag.
    body = render_to_string(
        "voting/stage/host_parts.html", _desk_context(request, night, note=note)
    )
    return tagged(request, body.encode(), "text/html; charset=utf-8")


def _after_act(request: HttpRequest, slug: str, note: str) -> HttpResponse:
    """The script gets the parts at once; without it the page is shown, with what went wrong."""
    night = _night_or_404(slug)
    if request.headers.get("X-Desk"):
        return _desk_parts(request, night, note=note)
    if not note:
        return redirect("voting:host", slug=slug)
    context = _desk_context(request, night, note=note)
    return frames_own_pages(render)(
        request, "voting/stage/host.html", context, status=409
    )


def _act(
    request: HttpRequest,
    night: Night,
    service: Callable[..., object],
    *,
    holds_contest: bool = False,
) -> str:
    """Do it at the console, by whom and when. Returns why it was not done, or nothing."""
    by, now = request.user, timezone.now()
    try:
        services.at_the_console(
            by=by,
            night=night,
            desk=_desk_of(request),
            now=now,
            act=partial(service, by=by, now=now),
            holds_contest=holds_contest,
        )
    except Refusal as error:
        return error.message
    return ""


def _pressed(
    request: HttpRequest,
    slug: str,
    form_class: type[forms.Form],
    service_for: Callable[[Night, dict[str, Any]], Callable[..., object]],
    *,
    wrong: str = _OLD_PICTURE,
    holds_contest: bool = False,
) -> HttpResponse:
    """A button of the console: ``service_for`` says what the form's values ask for."""
    night, form = _night_or_404(slug), form_class(request.POST)
    if not form.is_valid():
        return _after_act(request, slug, wrong)
    service = service_for(night, form.cleaned_data)
    note = _act(request, night, service, holds_contest=holds_contest)
    return _after_act(request, slug, note)


def _turn_of(night: Night, asked: Mapping[str, Any]) -> Turn:
    """The turn that stood beside the button, of this night."""
    return get_object_or_404(
        Turn.objects.of_night(night).select_related("round__night", "entry__unit"),
        pk=asked["turn"],
    )


@require_POST
@role_required(Role.HOST, opens="评比会：进行下一步")
def host_act(request: HttpRequest, slug: str) -> HttpResponse:
    """The one next act."""
    return _pressed(
        request,
        slug,
        ActForm,
        lambda night, asked: partial(
            services.host_act,
            night=night,
            act=HostAct(asked["act"]),
            turn_id=asked["turn"],
        ),
    )


@require_POST
@role_required(Role.HOST, opens="评比会：接过主持台")
def host_take_over(request: HttpRequest, slug: str) -> HttpResponse:
    """The other computer watches from here on."""
    services.take_over_console(
        by=request.user,
        night=_night_or_404(slug),
        desk=_desk_of(request),
        now=timezone.now(),
    )
    return _after_act(request, slug, "")


@require_POST
@role_required(Role.HOST, opens="评比会：切换大屏")
def host_scene(request: HttpRequest, slug: str) -> HttpResponse:
    return _pressed(
        request,
        slug,
        SceneForm,
        lambda night, asked: partial(
            services.show_scene, night=night, scene=Scene(asked["scene"])
        ),
        wrong="没有这个画面，大屏没有换。",
    )


@require_POST
@role_required(Role.HOST, opens="评比会：大屏翻页")
def host_slide(request: HttpRequest, slug: str) -> HttpResponse:
    """The unit's pictures and films, one step on or back."""
    return _pressed(
        request,
        slug,
        SlideForm,
        lambda night, asked: partial(
            services.show_slide,
            night=night,
            turn_id=asked["turn"],
            slide=asked["slide"],
        ),
    )


@require_POST
@role_required(Role.HOST, opens="评比会：大屏动画")
def host_motion(request: HttpRequest, slug: str) -> HttpResponse:
    return _pressed(
        request,
        slug,
        MotionForm,
        lambda night, asked: partial(
            services.set_motion, night=night, is_still=asked["motion"] == "off"
        ),
    )


@require_POST
@role_required(Role.HOST, opens="评比会：撤回上一步")
def host_take_back(request: HttpRequest, slug: str) -> HttpResponse:
    """The undo that stood under the next act."""
    return _pressed(
        request,
        slug,
        UndoForm,
        lambda night, asked: partial(
            services.take_back,
            night=night,
            undo=Undo(asked["undo"]),
            turn_id=asked["turn"],
        ),
    )


_CLOCK_ACTS = {
    "hold": judging.hold_clock,
    "run": judging.run_clock,
    "more": judging.give_more_time,
}


@require_POST
@role_required(Role.HOST, opens="评比会：计时")
def host_clock(request: HttpRequest, slug: str) -> HttpResponse:
    """Hold the countdown, let it run, give more."""
    return _pressed(
        request,
        slug,
        ClockForm,
        lambda night, asked: partial(
            _CLOCK_ACTS[asked["clock"]], turn=_turn_of(night, asked)
        ),
    )


@require_POST
@role_required(Role.HOST, opens="评比会：两个单位一起打分")
def host_together(request: HttpRequest, slug: str) -> HttpResponse:
    """Hear the next entry before this one is marked."""
    return _with_turn(request, slug, judging.mark_with_next)


@require_POST
@role_required(Role.HOST, opens="评比会：不再等离群答复")
def host_waive(request: HttpRequest, slug: str) -> HttpResponse:
    """Wait no longer for judges who were asked about their totals."""
    return _with_turn(request, slug, services.waive_outliers)


def _with_turn(
    request: HttpRequest, slug: str, service: Callable[..., object]
) -> HttpResponse:
    return _pressed(
        request,
        slug,
        TurnForm,
        lambda night, asked: partial(service, turn=_turn_of(night, asked)),
    )


@require_POST
@role_required(Role.HOST, opens="评比会：揭晓")
def host_reveal(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin, turn, hand over, stop or end the reveal."""
    return _pressed(request, slug, RevealForm, _reveal_act, holds_contest=True)


def _reveal_act(night: Night, asked: Mapping[str, Any]) -> Callable[..., object]:
    act = asked["act"]
    if act == RevealForm.BEGIN:
        return partial(
            begin_reveal,
            night=night,
            first=asked["first"] or 1,
            read_aloud=asked["read_aloud"],
        )
    if act in {RevealForm.AHEAD, RevealForm.BACK}:
        ahead = act == RevealForm.AHEAD
        return partial(turn_reveal, night=night, seen=asked["seen"], ahead=ahead)
    if act in {RevealForm.GIVE, RevealForm.TAKE}:
        gives = act == RevealForm.GIVE
        return partial(hand_over_reveal, night=night, to_presenter=gives)
    if act == RevealForm.STOP:
        return partial(stop_reveal, night=night, reason=asked["reason"].strip())
    return partial(end_reveal, night=night)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.HOST, opens="评比会：登记评委缺席")
@frames_own_pages
def host_absent(
    request: HttpRequest, slug: str, turn_id: int, seat_id: int
) -> HttpResponse:
    """Say first what it will do; then the seat's code is typed."""
    night = _night_or_404(slug)
    turn, seat = _turn_and_seat_or_404(night, turn_id, seat_id)
    form = AbsenceForm(request.POST or None, seat=seat)
    note = ""
    if request.method == "POST" and form.is_valid():
        act = partial(
            judging.mark_absent,
            turn=turn,
            seat=seat,
            reason=form.cleaned_data["reason"],
        )
        note = _act(request, night, act)
        if not note:
            return redirect("voting:host", slug=slug)
    context = _desk_context(request, night, note=note)
    context |= {"absent": seat, "absent_turn": turn, "form": form}
    return render(request, "voting/stage/host.html", context)


def _turn_and_seat_or_404(
    night: Night, turn_id: int, seat_id: int
) -> tuple[Turn, Seat]:
    turns = Turn.objects.of_night(night).select_related("round__night", "entry__unit")
    seats = Seat.objects.of_night(night).select_related("panel")
    return get_object_or_404(turns, pk=turn_id), get_object_or_404(seats, pk=seat_id)


@require_POST
@role_required(Role.HOST, opens="评比会：取消缺席")
def host_present(
    request: HttpRequest, slug: str, turn_id: int, seat_id: int
) -> HttpResponse:
    """The absent judge is back."""
    night = _night_or_404(slug)
    turn, seat = _turn_and_seat_or_404(night, turn_id, seat_id)
    act = partial(judging.withdraw_absence, turn=turn, seat=seat)
    return _after_act(request, slug, _act(request, night, act))


@require_POST
@role_required(Role.HOST, opens="评比会：同意评委换手机")
def host_device(request: HttpRequest, slug: str, device_id: int) -> HttpResponse:
    """The nod, or not."""
    night = _night_or_404(slug)
    device = get_object_or_404(
        Device.objects.select_related("seat"), pk=device_id, seat__night=night
    )
    decide = (
        judging.admit_device
        if request.POST.get("answer") == "admit"
        else judging.refuse_device
    )
    act = partial(decide, device=device)
    return _after_act(request, slug, _act(request, night, act))


@require_POST
@role_required(Role.HOST, opens="评比会：解开锁住的评分卡")
def host_pin(request: HttpRequest, slug: str, seat_id: int) -> HttpResponse:
    """A blocked card may try its PIN again."""
    night = _night_or_404(slug)
    seat = get_object_or_404(Seat.objects.of_night(night), pk=seat_id)
    act = partial(judging.allow_pin_again, seat=seat)
    return _after_act(request, slug, _act(request, night, act))


# The screens


def _picture_context(show: Show) -> dict[str, object]:
    """The picture that stands in the page already."""
    return {"snapshot": snapshot_of(show).decode(), "format": FORMAT}


@require_safe
@never_cache
@framed_by_own_pages
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The wall. It never explains itself: no error, no sign-in, last good data."""
    show = show_at(token)
    if show is None:
        raise Http404
    context = {
        "show": show,
        "contest": show.night.contest,
        "live": live_link(show),
        "milliseconds": str(int(timezone.now().timestamp() * 1000)),
    }
    return render(request, "voting/stage/screen.html", context | _picture_context(show))


@require_safe
def screen_worker(request: HttpRequest) -> HttpResponse:
    """What a wall's computer runs beside its page, to come up again while the site is away."""
    response = render(
        request, "voting/stage/screen_worker.js", content_type="text/javascript"
    )
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def screen_state(request: HttpRequest, token: str) -> HttpResponse:
    show = show_at(token)
    if show is None:
        raise Http404
    return tagged(request, snapshot_of(show), "application/json")


@require_safe
@kept_page(lifetime=ONE_SECOND)
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """The night for phones: what the wall shows, no more."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    show = public_show(contest)
    context = {"contest": contest} | (_picture_context(show) if show else {})
    return render(request, "voting/stage/live.html", context)


@require_GET
def live_state(request: HttpRequest, slug: str) -> HttpResponse:
    """Thousands of phones ask: one second in front of the site is enough for all of them."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    show = public_show(contest)
    if show is None:
        raise Http404
    response = tagged(request, snapshot_of(show), "application/json")
    response["Cache-Control"] = "public, max-age=1"
    return response
