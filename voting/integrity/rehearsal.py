"""What thresholds would find in an invented poll: shown before anybody sets them."""

from dataclasses import dataclass
from functools import cache

from voting.integrity.campaigns import (
    HONEST,
    MOBILISED,
    POOL,
    RENTED,
    SCRIPT,
    VILLAGE,
    Traffic,
    poll_with,
)
from voting.integrity.detection.groups import groups_in
from voting.integrity.detection.limits import Limits

_SEED = 9
_BALLOTS = 2_500
_CAMPAIGNS = (
    (SCRIPT, 120),
    (POOL, 200),
    (RENTED, 150),
    (MOBILISED, 200),
    (VILLAGE, 100),
)

LABELS = {
    SCRIPT: "一台机器上的程序",
    POOL: "换着地址的程序（代理池）",
    RENTED: "租来的真人账号",
    MOBILISED: "单位发动职工投票",
    VILLAGE: "一个村共用一个地址，有代投人",
    HONEST: "其余的普通投票人",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """Of so many ballots of a kind so many would be in suspect groups."""

    label: str
    ballots: int
    found: int
    is_brushing: bool


def effects_of(limits: Limits) -> list[Effect]:
    poll = _invented_poll()
    found = {
        ballot for group in groups_in(poll.rows, limits) for ballot in group.ballots
    }
    return [
        Effect(
            label,
            len(poll.kinds[kind]),
            len(poll.kinds[kind] & found),
            kind in {SCRIPT, POOL, RENTED},
        )
        for kind, label in LABELS.items()
    ]


@cache
def _invented_poll() -> Traffic:
    return poll_with(_SEED, _CAMPAIGNS, ballots=_BALLOTS)
