"""Pure parts of reviewing: who reviews what, and whether a mark can be."""

import hashlib
from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

LARGEST_MAXIMUM = 1000
# What a mark or a setting may be written with.
LONGEST_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """``pairs`` holds (entry, reviewer), those fixed beforehand included.

    ``short`` names entries for which not enough reviewers are left.
    """

    pairs: frozenset[tuple[int, int]]
    short: tuple[int, ...]

    def load(self, reviewers: Collection[int]) -> dict[int, int]:
        counted = Counter(reviewer for _, reviewer in self.pairs)
        return {reviewer: counted[reviewer] for reviewer in reviewers}


def in_seeded_order(ids: Collection[int], seed: str) -> list[int]:
    """An order that anybody can make again from the seed."""
    return sorted(
        ids, key=lambda id_: hashlib.sha256(f"{seed}|{id_}".encode()).digest()
    )


def assign(
    *,
    entries: Collection[int],
    reviewers: Collection[int],
    barred: Collection[tuple[int, int]],
    fixed: Collection[tuple[int, int]],
    each: int,
    seed: str,
) -> Plan:
    """Give every entry ``each`` reviewers, the load of all as equal as it can be.

    ``barred`` pairs never meet (own units, recusals); ``fixed`` ones stay. With nothing barred
    or fixed the loads differ by one at most.

    >>> plan = assign(entries=[1, 2, 3], reviewers=[7, 8, 9], barred=[(1, 7)], fixed=[],
    ...               each=2, seed="2026")
    >>> (1, 7) in plan.pairs, plan.load([7, 8, 9])
    (False, {7: 2, 8: 2, 9: 2})
    """
    order, people = in_seeded_order(entries, seed), in_seeded_order(reviewers, seed)
    never = frozenset(barred)
    kept = {pair for pair in fixed if pair[0] in entries}
    load = Counter(reviewer for _, reviewer in kept)
    pairs = set(kept)
    short = []
    for entry in order:
        has = {reviewer for other, reviewer in pairs if other == entry}
        free = [
            person
            for person in people
            if person not in has and (entry, person) not in never
        ]
        free.sort(key=load.__getitem__)
        chosen = free[: max(each - len(has), 0)]
        if len(has) + len(chosen) < each:
            short.append(entry)
        for person in chosen:
            pairs.add((entry, person))
            load[person] += 1
    _level(pairs, people, never | kept, load)
    return Plan(frozenset(pairs), tuple(sorted(short)))


def _level(
    pairs: set[tuple[int, int]],
    people: Sequence[int],
    untouched: Collection[tuple[int, int]],
    load: Counter[int],
) -> None:
    """Hand entries on along chains until no chain makes the loads more equal."""
    while path := _chain(pairs, people, untouched, load):
        for giver, entry, taker in path:
            pairs.remove((entry, giver))
            pairs.add((entry, taker))
        load[path[0][0]] -= 1
        load[path[-1][2]] += 1


def _chain(
    pairs: set[tuple[int, int]],
    people: Sequence[int],
    untouched: Collection[tuple[int, int]],
    load: Counter[int],
) -> list[tuple[int, int, int]]:
    """(giver, entry, taker) steps from somebody with two or more too many; empty: none."""
    held: dict[int, list[int]] = {person: [] for person in people}
    for entry, person in sorted(pairs):
        if person in held and (entry, person) not in untouched:
            held[person].append(entry)
    for start in sorted(people, key=lambda person: -load[person]):
        came: dict[int, tuple[int, int]] = {}
        waiting = deque([start])
        while waiting:
            giver = waiting.popleft()
            for entry in held[giver]:
                for taker in people:
                    pair = (entry, taker)
                    if taker == start or taker in came:
                        continue
                    if pair in pairs or pair in untouched:
                        continue
                    came[taker] = (giver, entry)
                    if load[taker] <= load[start] - 2:
                        return _steps(came, start, taker)
                    waiting.append(taker)
    return []


def _steps(
    came: Mapping[int, tuple[int, int]], start: int, end: int
) -> list[tuple[int, int, int]]:
    path = []
    taker = end
    while taker != start:
        giver, entry = came[taker]
        path.append((giver, entry, taker))
        taker = giver
    return path[::-1]


def read_number(text: str) -> Decimal | None:
    """A plain decimal such as 87 or 92.5; None for anything else."""
    text = text.strip()
    if not text or len(text) > LONGEST_NUMBER or not text.isascii():
        return None
    if not text.replace(".", "", 1).isdigit():
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def plain(value: Decimal) -> str:
    """Without zeros that say nothing, and never with an exponent.

    >>> plain(Decimal("50.00")), plain(Decimal("0.50"))
    ('50', '0.5')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def mark_problem(text: str, criterion: Mapping[str, str]) -> str | None:
    """Why a typed mark cannot be, as a sentence; None: it can."""
    name, maximum, step = criterion["name"], criterion["maximum"], criterion["step"]
    if not text.strip():
        return f"“{name}”还没有打分。"
    mark = read_number(text)
    if mark is None:
        return f"“{name}”请填数字，例如 {maximum}。"
    if mark > Decimal(maximum):
        return f"“{name}”最高 {maximum} 分，您填的是 {plain(mark)}。"
    if mark % Decimal(step):
        return f"“{name}”每 {step} 分一档，您填的是 {plain(mark)}。"
    return None


def shares(criteria: Sequence[Mapping[str, str]]) -> list[Decimal]:
    """What part of a hundred each weight is, to two places."""
    weights = [Decimal(row["weight"]) for row in criteria]
    whole = sum(weights)
    return [round(100 * weight / whole, 2) for weight in weights]
