"""What is known of the requests of a simulated public, and three campaigns among its ballots.

One campaign has just been found, one is held, one was struck out by two people: so the
sample shows the console and the page of voids with something on them. Always the same for
one seed.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from site_cms.accounts.models import User
from voting.integrity.decision_rules import fingerprint
from voting.integrity.detection_models import (
    DetectionRun,
    SuspectBallot,
    SuspectFinding,
    SuspectGroup,
)
from voting.integrity.objection_services import make_objection
from voting.integrity.services import confirm_void, hold_group, propose_void
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.queries import opened_poll
from voting.polls.services import import_practice_ballots
from voting.sample.timetable import moment

_ROWS_AT_ONCE = 5_000
_CLIENTS = ("wechat-android", "wechat-ios", "chrome-android", "safari-ios", "desktop")
_CLIENT_WEIGHTS = (61, 22, 8, 5, 4)
_VILLAGES = 420


@dataclass(frozen=True, slots=True)
class Campaign:
    """Ballots of one hand: when, how many, from where, and what detection says of them.

    ``day`` counts from the day on which the poll opened.
    """

    name: str
    day: int
    at: str
    minutes: int
    ballots: int
    places: int
    client: str
    families: tuple[str, ...]
    sentences: tuple[str, ...]


CAMPAIGNS = (
    Campaign(
        "script",
        6,
        "02:04",
        154,
        1110,
        2,
        "desktop",
        ("time", "network", "client"),
        (
            "凌晨 2:04 到 4:38，每分钟 7 张左右，几乎不变。平时这个钟点一小时不到 100 张，忽多忽少。",
            "全部来自 2 个网段。平时这两个网段六天一共不到 10 张。",
            "设备都是第一次来就投，九成以上用电脑浏览器；全部选票里用电脑的不到一成。",
        ),
    ),
    Campaign(
        "pool",
        6,
        "23:10",
        95,
        460,
        180,
        "chrome-android",
        ("time", "client"),
        (
            "23:10 到次日 0:45 收到 460 张，按平时的走势该有 60 张左右。",
            "分散在 180 个网段，每个网段两三张，轮着来：像代理地址池，不像一个村、一个单位。",
            "九成以上用同一种安卓浏览器，平时这种浏览器不到一成。",
        ),
    ),
    Campaign(
        "new",
        7,
        "13:20",
        42,
        126,
        1,
        "wechat-android",
        ("time", "network"),
        (
            "13:20 到 14:02 之间，一个网段收到 126 张，每隔 20 秒一张，间隔几乎不变。",
            "同一个网段前七天一共 31 张。单位午休一起投，也可能是这个样子：请看设备和浏览器再定。",
        ),
    ),
)


def add_signals(poll: Poll, *, seed: int) -> None:
    """Note beside each ballot what a county's public is like: villages, phones, devices."""
    rng = random.Random(seed)
    weights = [1 / (rank + 8) for rank in range(_VILLAGES)]
    ballots = (
        Ballot.objects.of_poll(poll.pk).order_by("id").values_list("id", "cast_at")
    )
    rows = list(ballots)
    places = rng.choices(range(_VILLAGES), weights, k=len(rows))
    clients = rng.choices(_CLIENTS, _CLIENT_WEIGHTS, k=len(rows))
    BallotSignal.objects.bulk_create(
        (
            BallotSignal(
                ballot_id=ballot_id,
                poll=poll,
                minute=cast_at,
                voter_day=UUID(int=rng.getrandbits(128)),
                prefix=UUID(int=place + 1),
                network=UUID(int=place * 1000 + rng.randrange(40) + 1),
                adapter="device",
                client=client,
                device_age=_age(rng),
            )
            for (ballot_id, cast_at), place, client in zip(
                rows, places, clients, strict=True
            )
        ),
        batch_size=_ROWS_AT_ONCE,
    )


def _age(rng: random.Random) -> int:
    """Most people look around before they vote, or come back another day."""
    return int(rng.choice((3, 8, 25, 180, 3_000, 9_000)) * (0.5 + rng.random()))


def add_campaigns(
    poll: Poll,
    *,
    people: dict[str, User],
    first_day: datetime,
    now: datetime,
    seed: int,
) -> int:
    """Add the campaigns that have happened by now, and what was done about them."""
    begun = [
        (place, campaign, starts_at)
        for place, campaign in enumerate(CAMPAIGNS)
        if (starts_at := moment(first_day, campaign.day, campaign.at))
        + timedelta(minutes=campaign.minutes)
        < now
    ]
    for place, campaign, starts_at in begun:
        ids = _cast(poll, campaign, starts_at, seed=seed + place, now=now)
        ended = starts_at + timedelta(minutes=campaign.minutes)
        group = _find(poll, campaign, ids, place + 1, now=ended + timedelta(minutes=6))
        _handle(group, campaign, ids, people, now=ended + timedelta(hours=5))
    return sum(campaign.ballots for _, campaign, _ in begun)


def _cast(
    poll: Poll, campaign: Campaign, starts_at: datetime, *, seed: int, now: datetime
) -> list[int]:
    """One pattern for nearly all of them, at even distances."""
    rng = random.Random(seed)
    entries = len(opened_poll(poll).entries)
    favourites = rng.sample(range(entries), min(entries, 6))
    last = Ballot.objects.of_poll(poll.pk).order_by("-id").first()
    import_practice_ballots(
        by=None,
        poll=poll,
        ballots=_ballots(campaign, starts_at, favourites, entries, rng),
        now=now,
        source=f"campaign-{campaign.name}",
    )
    stored = (
        Ballot.objects.of_poll(poll.pk)
        .filter(id__gt=last.id)
        .order_by("id")
        .values_list("id", "cast_at")
    )
    rows = list(stored)
    BallotSignal.objects.bulk_create(
        [
            BallotSignal(
                ballot_id=ballot_id,
                poll=poll,
                minute=cast_at,
                voter_day=UUID(int=rng.getrandbits(128)),
                prefix=UUID(int=(seed + 1) * 10_000 + rng.randrange(campaign.places)),
                network=UUID(int=(seed + 1) * 90_000 + rng.randrange(3_000)),
                adapter="device",
                client=campaign.client if rng.random() < 0.96 else "wechat-android",
                device_age=rng.randrange(2),
            )
            for ballot_id, cast_at in rows
        ],
        batch_size=_ROWS_AT_ONCE,
    )
    return [ballot_id for ballot_id, _ in rows]


def _ballots(
    campaign: Campaign,
    starts_at: datetime,
    favourites: Sequence[int],
    entries: int,
    rng: random.Random,
) -> Iterator[tuple[bytes, datetime]]:
    step = campaign.minutes * 60 / campaign.ballots
    for place in range(campaign.ballots):
        picked = set(favourites if rng.random() < 0.97 else favourites[:2])
        choices = bytes(int(entry in picked) for entry in range(entries))
        yield choices, starts_at + timedelta(seconds=step * place)


def _find(
    poll: Poll, campaign: Campaign, ids: list[int], number: int, *, now: datetime
) -> SuspectGroup:
    run = DetectionRun.objects.create(
        poll=poll,
        ran_at=now,
        upto_id=max(ids),
        ballots=Ballot.objects.of_poll(poll.pk).filter(cast_at__lte=now).count(),
        groups=number,
        milliseconds=1_840,
        thresholds_sha256="",
    )
    group = SuspectGroup.objects.create(
        poll=poll, number=number, fingerprint=fingerprint(ids), found_at=now
    )
    SuspectFinding.objects.create(
        group=group,
        run=run,
        families=list(campaign.families),
        evidence={"sentences": list(campaign.sentences), "series": []},
        ballots=len(ids),
    )
    SuspectBallot.objects.bulk_create(
        [SuspectBallot(group=group, ballot_id=each) for each in ids],
        batch_size=_ROWS_AT_ONCE,
    )
    return group


def _handle(
    group: SuspectGroup,
    campaign: Campaign,
    ids: list[int],
    people: dict[str, User],
    *,
    now: datetime,
) -> None:
    """The first was voided, the second is held, the third nobody has looked at."""
    officer, second = people["fangshua"], people["jiandu"]
    if campaign.name == "new":
        return
    hold_group(
        by=officer,
        group=group,
        reason="这一组选票像是由程序提交的，正在核查。",
        now=now,
    )
    if campaign.name == "script":
        proposal = propose_void(
            by=officer,
            group=group,
            code="script",
            reason="1,110 张选票由程序提交：间隔固定，来自两个网段的新设备，投完再没有出现。",
            evidence="抽看 60 张原始记录，间隔 8 秒左右，设备都是第一次来。没有找到任何一张像真人投的。",
            now=now + timedelta(minutes=25),
        )
        confirm_void(by=second, proposal=proposal, now=now + timedelta(hours=1))
        _object(group.poll, ids[len(ids) // 2], now=now + timedelta(hours=4))


def _object(poll: Poll, ballot_id: int, *, now: datetime) -> None:
    """One voter says that the ballot was their own."""
    make_objection(
        poll=opened_poll(poll),
        ballot=Ballot.objects.of_poll(poll.pk).get(id=ballot_id),
        text="那天夜里值班，下半夜在单位电脑上投的，投的是我自己的意思，请核对。",
        contact="",
        now=now,
    )
