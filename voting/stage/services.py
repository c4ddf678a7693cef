"""What the host does: every act of the night together with the scene that belongs to it."""

import secrets
from datetime import datetime

from django.db import transaction

from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging import services as judging
from voting.judging.draw_models import DrawList
from voting.judging.errors import JudgingError
from voting.judging.models import Night, Turn
from voting.judging.rules import HostAct
from voting.stage.models import Scene, Show
from voting.stage.slides import count_slides, stage_page


def make_show(*, night: Night) -> Show:
    """The screens of a night and their address. Asking again gives the same."""
    show, _ = Show.objects.get_or_create(
        night=night, defaults={"token": secrets.token_urlsafe(12)}
    )
    return show


@transaction.atomic
def host_act(
    *, by: User, night: Night, act: HostAct, turn_id: int | None, now: datetime
) -> None:
    """The act that the button on the host's console named.

    ``turn_id`` is the turn that the host saw there: a second press, or a press on an old
    picture, does nothing to the next entry.
    """
    show = _locked_show(night)
    if act == HostAct.CALL:
        judging.call_turn(by=by, night=night, expected_id=turn_id, now=now)
        _set_scene(show, Scene.ENTRY)
    elif act == HostAct.OPEN:
        judging.open_turn(by=by, turn=_turn(night, turn_id), now=now)
        _set_scene(show, Scene.ENTRY)
    elif act == HostAct.ASK_LOCK:
        judging.request_lock(by=by, turn=_turn(night, turn_id), now=now)
    elif act == HostAct.SHOW_SCORES:
        _show_scores(by, show, _turn(night, turn_id), now)
    elif act == HostAct.CLOSE_NIGHT:
        judging.close_night(by=by, night=night, now=now)
        _set_scene(show, Scene.WAITING)
    else:
        raise JudgingError("现在没有这一步可做。")


def _show_scores(by: User, show: Show, turn: Turn, now: datetime) -> None:
    if not show.night.shows_scores:
        raise JudgingError("这次评比会不在大屏亮分。")
    if turn.pk != show.night.current_turn_id:
        raise JudgingError(f"{turn.entry} 已经不在台上，没有亮分。")
    judging.note_scores_shown(by=by, turn=turn, now=now)
    _set_scene(show, Scene.SCORES)


@transaction.atomic
def show_scene(*, by: User, night: Night, scene: Scene, now: datetime) -> Show:
    """Change what the screens show. Black again brings the last picture back."""
    show = _locked_show(night)
    current = show.night.current_turn
    if scene == Scene.BLACK and show.scene == Scene.BLACK:
        scene = Scene(show.before_black)
    if scene == Scene.ENTRY and current is None:
        raise JudgingError("台上还没有单位，大屏没有换。")
    if scene == Scene.DRAW and not DrawList.objects.of_night(night).exists():
        raise JudgingError("还没有公布抽签名单，大屏没有换。")
    if scene == Scene.SCORES and not (current and current.shown_at):
        raise JudgingError("这个单位还没有亮分，大屏没有换。")
    _set_scene(show, scene)
    trail.record(
        by=by,
        action="screen.scene",
        subject=show,
        sentence=f"大屏换成“{Scene(scene).label}”",
        now=now,
    )
    return show


@transaction.atomic
def show_slide(
    *, by: User, night: Night, turn_id: int | None, slide: int, now: datetime
) -> Show:
    """Turn to one slide of the unit on stage; 0 is its card. The picture follows on every screen.

    ``turn_id`` is the unit that the host saw: a late press never turns the next one's pages.
    """
    show = _locked_show(night)
    turn = _turn(night, turn_id)
    if turn.pk != show.night.current_turn_id:
        raise JudgingError(f"{turn.entry} 已经不在台上，大屏没有翻页。")
    of = count_slides(stage_page(turn.entry))
    if slide > of:
        raise JudgingError(
            f"{turn.entry} 只有 {of} 张图片和视频，大屏没有翻页。"
            if of
            else f"{turn.entry} 的展示页没有图片和视频，大屏没有翻页。"
        )
    show.slide, show.slide_turn, show.slide_at = slide, turn, now
    show.save(update_fields=["slide", "slide_turn", "slide_at"])
    _set_scene(show, Scene.ENTRY)
    trail.record(
        by=by,
        action="screen.slide",
        subject=show,
        sentence=f"大屏翻到 {turn.entry} 第 {slide} 张"
        if slide
        else f"大屏回到 {turn.entry} 的单位卡",
        now=now,
    )
    return show


@transaction.atomic
def set_motion(*, by: User, night: Night, is_still: bool, now: datetime) -> Show:
    """Whether anything may move on the screens. Saying it again changes nothing."""
    show = _locked_show(night)
    if show.is_still == is_still:
        return show
    show.is_still = is_still
    show.save(update_fields=["is_still"])
    Night.objects.raise_revision(show.night_id)
    trail.record(
        by=by,
        action="screen.motion",
        subject=show,
        sentence=f"大屏{'关闭' if is_still else '打开'}动画",
        now=now,
    )
    return show


def _set_scene(show: Show, scene: Scene) -> None:
    if scene == Scene.BLACK and show.scene != Scene.BLACK:
        show.before_black = show.scene
    show.scene = scene
    show.save(update_fields=["scene", "before_black"])
    Night.objects.raise_revision(show.night_id)


def _locked_show(night: Night) -> Show:
    """The show, after every other act of this night: two hosts come one after the other."""
    make_show(night=night)
    Night.objects.held(night.pk)
    return Show.objects.select_related(
        "night__contest", "night__current_turn__lock"
    ).get(night=night)


def _turn(night: Night, turn_id: int | None) -> Turn:
    turn = (
        Turn.objects.of_night(night)
        .select_related("round__night__contest", "entry__unit", "lock")
        .filter(pk=turn_id)
        .first()
    )
    if turn is None:
        raise JudgingError("没有这个出场单位，请刷新主持台。")
    return turn
