"""The reveal on every screen: begun, turned step by step, handed over, stopped, ended."""

from datetime import datetime

from django.db import transaction

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging.models import Night
from voting.results.reveal_errors import (
    NotInHand,
    OldStep,
    RevealError,
    RevealNotReady,
)
from voting.results.reveal_models import Presenter, Reveal
from voting.results.reveal_queries import (
    against_revealing,
    current_script,
    latest_reveal,
    running_reveal,
)
from voting.results.services import release_result
from voting.stage.models import Scene, Show
from voting.stage.services import locked_show, set_scene

_GONE = "现在没有在揭晓，大屏没有换。"


@transaction.atomic
def begin_reveal(
    *,
    by: User | None,
    night: Night,
    now: datetime,
    presenter: Presenter | None = None,
    first: int = 1,
    read_aloud: bool = False,
) -> Reveal:
    """Open the reveal before its step ``first``; nothing of that step is shown yet.

    Not further than an earlier reveal of the same script had come, unless the places before
    were ``read_aloud`` from paper. Whoever begins turns the steps.
    """
    show = _held_show(night)
    contest = show.night.contest
    if still_open := against_revealing(contest, now=now):
        raise RevealNotReady(still_open)
    script = current_script(contest)
    steps = len(script.document["steps"])
    if not 1 <= first <= steps:
        raise RevealError(f"揭晓有 {steps} 步，没有第 {first} 步。大屏没有换。")
    before = latest_reveal(contest)
    known = before.furthest if before and before.script_id == script.pk else 0
    if first > known + 1 and not read_aloud:
        raise RevealError(
            f"前面的名次大屏还没有揭晓过，不能从第 {first} 步开始：它们会一下子全部出现。"
            "如果已经照封存纸念过，请勾选以后再开始。"
        )
    reveal = Reveal.objects.create(
        contest=contest,
        script=script,
        began_at=now,
        began_by=by,
        step=first - 1,
        furthest=max(known, first - 1),
        stepped_at=now,
        with_presenter=presenter is not None,
    )
    set_scene(show, Scene.REVEAL)
    _record(by, presenter, reveal, "began", f"开始揭晓，从第 {first} 步", now)
    return reveal


@transaction.atomic
def turn_reveal(
    *,
    by: User | None,
    night: Night,
    seen: int | None,
    ahead: bool,
    now: datetime,
    presenter: Presenter | None = None,
) -> Reveal:
    """One step on or back. ``seen`` is the step that stood beside the button.

    A press on an old picture does nothing, and nobody turns what is in another's hand.
    """
    show = locked_show(night)
    reveal = _running(show)
    if reveal.with_presenter != (presenter is not None):
        raise NotInHand
    if reveal.step != seen:
        raise OldStep
    if show.scene == Scene.BLACK:
        raise RevealError("大屏是黑的，没有翻步。请先恢复画面。")
    last = reveal.script.script.last
    step = reveal.step + (1 if ahead else -1)
    if not 0 <= step <= last:
        raise RevealError("没有再往前或往后的一步了，大屏没有换。")
    reveal.step, reveal.furthest = step, max(reveal.furthest, step)
    reveal.stepped_at = now
    reveal.save(update_fields=["step", "furthest", "stepped_at"])
    set_scene(show, Scene.WALL if step == last else Scene.REVEAL)
    words = "全部红旗" if step == last else f"第 {step} 步"
    _record(by, presenter, reveal, "turned", f"揭晓翻到{words}", now)
    return reveal


@transaction.atomic
def hand_over_reveal(
    *,
    by: User | None,
    night: Night,
    to_presenter: bool,
    now: datetime,
    presenter: Presenter | None = None,
) -> Reveal:
    """Give the turning to the presenter's phone, or back to the console. Again changes nothing."""
    show = locked_show(night)
    reveal = _running(show)
    if reveal.with_presenter == to_presenter:
        return reveal
    reveal.with_presenter = to_presenter
    reveal.save(update_fields=["with_presenter"])
    Night.objects.raise_revision(night.pk)
    whose = "宣读人" if to_presenter else "主持台"
    _record(by, presenter, reveal, "handed", f"揭晓交给{whose}翻步", now)
    return reveal


@transaction.atomic
def black_out_reveal(
    *,
    by: User | None,
    night: Night,
    is_black: bool,
    now: datetime,
    presenter: Presenter,
) -> Show:
    """Black by the presenter, and back to where the reveal stands."""
    show = locked_show(night)
    reveal = _running(show)
    if not reveal.with_presenter:
        raise NotInHand
    if (show.scene == Scene.BLACK) == is_black:
        return show
    stands = Scene.WALL if reveal.step == reveal.script.script.last else Scene.REVEAL
    set_scene(show, Scene.BLACK if is_black else stands)
    words = "黑屏" if is_black else "恢复画面"
    _record(by, presenter, reveal, "black", f"揭晓时大屏{words}", now)
    return show


@transaction.atomic
def stop_reveal(*, by: User, night: Night, reason: str, now: datetime) -> Reveal:
    """Break off, so that the result may be corrected. What was shown is remembered."""
    show = _held_show(night)
    reveal = _running(show)
    if len(reason) < 4:
        raise RevealError("请写明为什么中止（至少四个字），揭晓没有中止。")
    reveal.stopped_at, reveal.stop_reason = now, reason
    reveal.save(update_fields=["stopped_at", "stop_reason"])
    set_scene(show, Scene.WAITING)
    _record(by, None, reveal, "stopped", f"中止揭晓：{reason}", now)
    return reveal


@transaction.atomic
def end_reveal(*, by: User, night: Night, now: datetime) -> Reveal:
    """Every flag is up: the result is public from here on. Invented places are not."""
    show = _held_show(night)
    reveal = _running(show)
    if reveal.step != reveal.script.script.last:
        raise RevealError("红旗还没有全部揭晓，没有结束。")
    reveal.ended_at = now
    reveal.save(update_fields=["ended_at"])
    _record(by, None, reveal, "ended", "结束揭晓", now)
    if reveal.script.publication_id:
        release_result(by=by, contest=show.night.contest, now=now)
    set_scene(show, Scene.WALL)
    return reveal


def _held_show(night: Night) -> Show:
    """The contest is held before its night: a result is not corrected while this goes on."""
    list(Contest.objects.select_for_update().filter(pk=night.contest_id))
    return locked_show(night)


def _running(show: Show) -> Reveal:
    reveal = running_reveal(show.night.contest)
    if reveal is None:
        raise RevealError(_GONE)
    return reveal


def _record(
    by: User | None,
    presenter: Presenter | None,
    reveal: Reveal,
    act: str,
    sentence: str,
    now: datetime,
) -> None:
    """Without a name and without a figure: the console reads the latest acts as well."""
    who = f"{presenter}：" if presenter else ""
    trail.record(
        by=by,
        action=f"screen.reveal.{act}",
        subject=reveal.contest.night,
        sentence=f"{who}{sentence}",
        now=now,
        details={"reveal": reveal.pk, "step": reveal.step},
    )
