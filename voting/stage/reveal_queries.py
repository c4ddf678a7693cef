"""The reveal as the host's console sees it: numbers of steps, no name and no figure."""

from dataclasses import dataclass
from datetime import datetime

from voting.results.reveal_models import Presenter, Reveal, RevealScript
from voting.results.reveal_queries import (
    against_revealing,
    current_script,
    is_released,
    latest_reveal,
    presenter_of,
)
from voting.results.reveal_rules import act_at
from voting.stage.models import Scene, Show


@dataclass(frozen=True, slots=True)
class RevealDesk:
    """``next_act`` is what the next press does; ``first`` where a beginning goes on."""

    kept: RevealScript
    reveal: Reveal | None
    presenter: Presenter | None
    still_open: list[str]
    is_released: bool
    is_black: bool
    places: int
    last: int
    order: str
    first: int
    next_act: str

    @property
    def is_made_up(self) -> bool:
        return self.kept.publication_id is None

    @property
    def is_at_wall(self) -> bool:
        return bool(self.reveal) and self.reveal.step == self.last

    @property
    def steps(self) -> int:
        return self.last - 1


def reveal_desk(show: Show, *, now: datetime) -> RevealDesk | None:
    """None while there is no script, or units are still to be marked."""
    contest = show.night.contest
    kept = current_script(contest)
    if kept is None:
        return None
    if contest.night_closed_at is None and not _may_practise(show, kept):
        return None
    script, latest = kept.script, latest_reveal(contest)
    is_running = bool(latest) and not latest.ended_at and not latest.stopped_at
    reveal = latest if is_running else None
    was_same = bool(latest) and latest.script_id == kept.pk and latest.stopped_at
    step = reveal.step if reveal else 0
    return RevealDesk(
        kept=kept,
        reveal=reveal,
        presenter=presenter_of(contest),
        still_open=[] if reveal else against_revealing(contest, now=now),
        is_released=is_released(contest),
        is_black=show.scene == Scene.BLACK,
        places=len(script.places),
        last=script.last,
        order=script.order.words,
        first=min(latest.step + 1, len(script.steps)) if was_same else 1,
        next_act=act_at(script, step + 1) if step < script.last else "",
    )


def _may_practise(show: Show, kept: RevealScript) -> bool:
    """In a rehearsal the reveal is practised before every unit is marked, between two units."""
    current = show.night.current_turn
    return kept.publication_id is None and (current is None or current.is_locked)
