"""How much work a ballot costs its browser: more where there is more risk.

Risk is pressure, never a person: thousands may stand behind one address of a mobile
carrier, and each of them only waits some seconds longer. Reading it costs nothing: the
limits of the page have counted already, and the share of arrivals is kept in the process.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from site_cms.gate import work
from site_cms.gate.addresses import network
from voting.polls.arrivals import share_of_arrivals
from voting.polls.rules import FrozenPoll
from voting.polls.voters.base import Voter

# Whoever was asked for a telephone or a code has proved more than a computation can.
WORKING = frozenset({"device"})

# From no risk to the most: about a second, two, four and eight on a slow phone.
FACTORS = (1, 2, 4, 10)

# How far over its limit an address or network makes the work one step harder.
_STEPS = (1.0, 2.0, 4.0)
# More of the poll's arrivals than this from one network, while it is over its limit.
_LARGE_SHARE = 1 / 3

_PURPOSE = "ballot"
FIELD = "work"


@dataclass(frozen=True, slots=True)
class Risk:
    """What is known of the requests around one: 1.0 is exactly at a limit.

    ``is_counted``: False while the counters cannot be reached.
    """

    adapter: str
    address: float = 0.0
    network: float = 0.0
    share: float = 0.0
    is_counted: bool = True


def difficulty_of(risk: Risk, *, base: int) -> int:
    """The most tries that the browser will need. 0: no work is asked for.

    >>> difficulty_of(Risk("device"), base=100)
    100
    >>> difficulty_of(Risk("device", address=2.5), base=100)
    400
    >>> difficulty_of(Risk("sms", address=2.5), base=100)
    0
    """
    if risk.adapter not in WORKING:
        return 0
    pressure = max(risk.address, risk.network)
    steps = sum(pressure >= step for step in _STEPS)
    if steps and risk.share > _LARGE_SHARE:
        steps += 1
    if not risk.is_counted:
        steps += 1
    return base * FACTORS[min(steps, len(FACTORS) - 1)]


def challenge_for(
    request: HttpRequest, *, poll: FrozenPoll, voter: Voter, nonce: str, now: datetime
) -> work.Challenge | None:
    """What the check page asks of this browser; None where no work is asked for."""
    risk = risk_of(request, poll=poll, voter=voter, now=now)
    difficulty = difficulty_of(risk, base=settings.WORK_DIFFICULTY)
    if not difficulty:
        return None
    return work.issue(purpose=_PURPOSE, bound_to=nonce, difficulty=difficulty, now=now)


def done_difficulty(request: HttpRequest, *, voter: Voter, now: datetime) -> int:
    """The difficulty of the work that came with a ballot, or a ``WorkRefused``.

    The work is bound to the request key, which the database takes once: no row of its
    own says that it was spent, and the same ballot may be sent again with the same work.
    """
    if voter.adapter not in WORKING or not settings.WORK_DIFFICULTY:
        return 0
    return work.verify(
        payload=request.POST.get(FIELD, ""),
        purpose=_PURPOSE,
        bound_to=request.POST.get("request", ""),
        now=now,
    ).difficulty


def risk_of(
    request: HttpRequest, *, poll: FrozenPoll, voter: Voter, now: datetime
) -> Risk:
    """From what the limits of the view counted for this request."""
    usage = request.usage
    return Risk(
        adapter=voter.adapter,
        address=max(
            (usage[name].pressure for name in ("burst", "sustained") if name in usage),
            default=0.0,
        ),
        network=usage["network"].pressure if "network" in usage else 0.0,
        share=share_of_arrivals(poll_id=poll.id, network=network(request), now=now),
        is_counted=not request.unthrottled,
    )
