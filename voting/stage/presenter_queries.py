"""What the presenter's phone is told: the words for the next press, and of what follows only its kind."""

from dataclasses import dataclass
from datetime import datetime

from voting.results.reveal_models import Presenter, Reveal, RevealScript
from voting.results.reveal_queries import (
    against_revealing,
    current_script,
    is_released,
    running_reveal,
)
from voting.results.reveal_rules import Cue, cue_at
from voting.stage.models import Scene, Show


@dataclass(frozen=True, slots=True)
class Prompt:
    """``cue`` is None while nothing is revealed; ``still_open`` then says what holds it back."""

    presenter: Presenter
    kept: RevealScript | None
    reveal: Reveal | None
    cue: Cue | None
    still_open: list[str]
    is_black: bool
    is_released: bool
    places: int
    order: str

    @property
    def may_turn(self) -> bool:
        return self.reveal is not None and self.reveal.with_presenter


def prompt_of(presenter: Presenter, show: Show, *, now: datetime) -> Prompt:
    contest = presenter.contest
    reveal = running_reveal(contest)
    kept = reveal.script if reveal else current_script(contest)
    script = kept.script if kept else None
    return Prompt(
        presenter=presenter,
        kept=kept,
        reveal=reveal,
        cue=cue_at(script, reveal.step) if reveal else None,
        still_open=[] if reveal else against_revealing(contest, now=now),
        is_black=show.scene == Scene.BLACK,
        is_released=is_released(contest),
        places=len(script.places) if script else 0,
        order=script.order.words if script else "",
    )
