"""What the host does: every act of the night together with the scene that belongs to it."""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging import services as judging
from voting.judging.draw_models import DrawList
from voting.judging.errors import JudgingError
from voting.judging.models import Night, Turn
from voting.judging.outlier_queries import outliers_waiting
from voting.judging.queries import lock_asked, marked_together
from voting.judging.rules import HostAct, Undo
from voting.results.reveal_queries import running_reveal, script_of_wall
from voting.stage.desk_models import Hosting
from voting.stage.errors import NotTheConsole
from voting.stage.models import Scene, Show
from voting.stage.slides import count_slides, stage_page


def make_show(*, night: Night) -> Show:
    """The screens of a night and their address. Asking again gives the same."""
    show, _ = Show.objects.get_or_create(
        night=night, defaults={"token": secrets.token_urlsafe(12)}
    )
    return show


@transaction.atomic
def at_the_console(
    *,
    by: User,
    night: Night,
    desk: str,
    now: datetime,
    act: Callable[[], object],
    holds_contest: bool = False,
) -> None:
    """Do one act of the host, if the browser named ``desk`` is the console.

    Whoever acts first is the host; another browser watches until it takes over. One after
    the other, because the night is held. ``holds_contest``: the act changes the contest too,
    which is always held before its night.
    """
    if holds_contest:
        list(Contest.objects.select_for_update().filter(pk=night.contest_id))
    Night.objects.held(night.pk)
    hosting = Hosting.objects.now().filter(night=night).select_related("host").first()
    if hosting is None:
        _begin_hosting(by, night, desk, now)
        _record_hosting(by, night, "host.began", f"{by} 开始主持", now)
    elif hosting.desk == desk:
        hosting.acted_at = now
        hosting.save(update_fields=["acted_at"])
    else:
        raise NotTheConsole(
            f"{hosting.host} 正在另一台电脑上主持，这一步没有做。要由本台来做，请先接过主持台。"
        )
    act()


@transaction.atomic
def take_over_console(*, by: User, night: Night, desk: str, now: datetime) -> Hosting:
    """This browser is the console from here on; the other one watches. Both are told."""
    Night.objects.held(night.pk)
    hosting = Hosting.objects.now().filter(night=night).select_related("host").first()
    if hosting is not None and hosting.desk == desk:
        return hosting
    if hosting is not None:
        hosting.left_at = now
        hosting.save(update_fields=["left_at"])
    taken = _begin_hosting(by, night, desk, now)
    before = f"，原来是 {hosting.host}" if hosting else ""
    _record_hosting(by, night, "host.taken_over", f"{by} 接过主持台{before}", now)
    return taken


def _begin_hosting(by: User, night: Night, desk: str, now: datetime) -> Hosting:
    return Hosting.objects.create(
        night=night, host=by, desk=desk, taken_at=now, acted_at=now
    )


def _record_hosting(
    by: User, night: Night, action: str, sentence: str, now: datetime
) -> None:
    trail.record(by=by, action=action, subject=night, sentence=sentence, now=now)


@transaction.atomic
def host_act(
    *, by: User, night: Night, act: HostAct, turn_id: int | None, now: datetime
) -> None:
    """The act that the button on the host's console named.

    ``turn_id`` is the turn that the host saw there: a second press, or a press on an old
    picture, does nothing to the next entry.
    """
    show = locked_show(night)
    if act == HostAct.CALL:
        judging.call_turn(by=by, night=night, expected_id=turn_id, now=now)
        set_scene(show, Scene.ENTRY)
    elif act == HostAct.OPEN:
        judging.open_turn(by=by, turn=_turn(night, turn_id), now=now)
        set_scene(show, Scene.ENTRY)
    elif act == HostAct.ASK_LOCK:
        _ask_lock(by, _turn(night, turn_id), now)
    elif act == HostAct.SHOW_SCORES:
        _show_scores(by, show, _turn(night, turn_id), now)
    elif act == HostAct.CLOSE_NIGHT:
        judging.close_night(by=by, night=night, now=now)
        set_scene(show, Scene.WAITING)
    else:
        raise JudgingError("现在没有这一步可做。")


def _ask_lock(by: User, turn: Turn, now: datetime) -> None:
    """Ask about totals far off first; only with every answer it goes to the supervisor."""
    to_lock = [
        each
        for each in marked_together(turn)
        if not each.is_locked and not each.entry.is_gone(now)
    ]
    waiting = [
        prompt
        for each in to_lock
        for prompt in judging.ask_outliers(by=by, turn=each, now=now)
    ]
    if not waiting:
        for each in to_lock:
            judging.request_lock(by=by, turn=each, now=now)


def _show_scores(by: User, show: Show, turn: Turn, now: datetime) -> None:
    if not show.night.shows_scores:
        raise JudgingError("这次评比会不在大屏亮分。")
    current = show.night.current_turn
    if current is None or turn not in marked_together(current):
        raise JudgingError(f"{turn.entry} 已经不在台上，没有亮分。")
    judging.note_scores_shown(by=by, turn=turn, now=now)
    set_scene(show, Scene.SCORES)


@transaction.atomic
def waive_outliers(*, by: User, turn: Turn, now: datetime) -> None:
    """Wait no longer for the judges who were asked, of everything that is marked together."""
    for each in marked_together(turn):
        if not each.is_locked and outliers_waiting(each):
            judging.waive_outliers(by=by, turn=each, now=now)


@transaction.atomic
def take_back(
    *, by: User, night: Night, undo: Undo, turn_id: int | None, now: datetime
) -> None:
    """The one act that can honestly be undone, for the turn that stood beside the button."""
    show, turn = locked_show(night), _turn(night, turn_id)
    if undo == Undo.CALL:
        judging.take_back_call(by=by, turn=turn, now=now)
        set_scene(show, Scene.ORDER)
    elif undo == Undo.OPENING:
        judging.take_back_opening(by=by, turn=turn, now=now)
    elif undo == Undo.REQUEST:
        for each in marked_together(turn):
            if lock_asked(each):
                judging.take_back_request(by=by, turn=each, now=now)
    else:
        judging.mark_alone(by=by, turn=turn, now=now)


@transaction.atomic
def show_scene(*, by: User, night: Night, scene: Scene, now: datetime) -> Show:
    """Change what the screens show. Black again brings the last picture back."""
    show = locked_show(night)
    current = show.night.current_turn
    if scene == Scene.BLACK and show.scene == Scene.BLACK:
        scene = Scene(show.before_black)
    if scene == Scene.ENTRY and current is None:
        raise JudgingError("台上还没有单位，大屏没有换。")
    if scene == Scene.DRAW and not DrawList.objects.of_night(night).exists():
        raise JudgingError("还没有公布抽签名单，大屏没有换。")
    if scene == Scene.SCORES and not (current and current.shown_at):
        raise JudgingError("这个单位还没有亮分，大屏没有换。")
    if scene == Scene.REVEAL and running_reveal(night.contest) is None:
        raise JudgingError("现在没有在揭晓，大屏没有换。")
    if scene == Scene.WALL and script_of_wall(night.contest) is None:
        raise JudgingError("红旗还没有全部揭晓，大屏没有换。")
    set_scene(show, scene)
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
    show = locked_show(night)
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
    set_scene(show, Scene.ENTRY)
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
    show = locked_show(night)
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


def set_scene(show: Show, scene: Scene) -> None:
    """Only for a show that is locked: every screen gets another picture."""
    if scene == Scene.BLACK and show.scene != Scene.BLACK:
        show.before_black = show.scene
    show.scene = scene
    show.save(update_fields=["scene", "before_black"])
    Night.objects.raise_revision(show.night_id)


def locked_show(night: Night) -> Show:
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
