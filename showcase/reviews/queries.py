"""Reads about rounds of reviews: who marks what, what is missing, and what comes out."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from showcase.contests.models import Contest, Entry
from showcase.contests.queries import acts_open
from showcase.contests.services import canonical_json
from showcase.nominations.models import Nomination
from showcase.reviews.models import (
    Review,
    ReviewRound,
    ReviewVersion,
    Selection,
    Step,
)
from showcase.reviews.rules import Plan, assign
from showcase.units.queries import own_units
from site_cms.accounts.models import User
from site_cms.trail.models import Proposal

TIE = "review.tie"
DAY = timedelta(days=1)


def round_of(contest: Contest, step: str) -> ReviewRound | None:
    return (
        ReviewRound.objects.select_related("contest")
        .filter(contest=contest, step=step)
        .first()
    )


def is_open(round_: ReviewRound, *, now: datetime) -> bool:
    return round_.kind.act in acts_open(round_.contest, now=now)


def days_left(round_: ReviewRound, *, now: datetime) -> int | None:
    if round_.closes_at is None or round_.closes_at <= now:
        return None
    return (round_.closes_at - now) // DAY


def candidates(round_: ReviewRound) -> QuerySet[Entry]:
    """The entries of a round: submitted nominations, then those that the first round sent on."""
    entries = Entry.objects.filter(contest=round_.contest_id, withdrawn_at=None)
    if round_.kind == Step.FIRST:
        submitted = Nomination.objects.submitted().values("entry")
        entries = entries.filter(pk__in=submitted)
    else:
        sent_on = Selection.objects.standing().filter(
            round__contest=round_.contest_id, round__step=Step.FIRST
        )
        entries = entries.filter(selected__selection__in=sent_on)
    return entries.select_related("unit").order_by("unit__code")


def eligible_reviewers(round_: ReviewRound) -> QuerySet[User]:
    return User.objects.filter(
        is_active=True, groups__name=round_.kind.role.label
    ).order_by("pk")


def standing_selection(round_: ReviewRound) -> Selection | None:
    return (
        round_.selections.standing()
        .select_related("selected_by", "second_person", "notice")
        .first()
    )


def barred_pairs(
    round_: ReviewRound, entries: Iterable[Entry], reviewers: Iterable[User]
) -> set[tuple[int, int]]:
    """(entry, reviewer) that must not meet: own units, and what somebody was taken off."""
    ended = round_.reviews.exclude(ended_at=None).values_list("entry_id", "reviewer_id")
    barred = set(ended)
    for reviewer in reviewers:
        own = own_units(reviewer)
        barred |= {(entry.pk, reviewer.pk) for entry in entries if entry.unit_id in own}
    return barred


@dataclass(frozen=True, slots=True)
class Draft:
    """An automatic assignment that somebody may look at before it is done."""

    plan: Plan
    added: list[tuple[Entry, list[User]]]
    load: list[tuple[User, int]]
    short: list[Entry]
    seed: str
    fingerprint: str


def assignment_draft(round_: ReviewRound, *, seed: str) -> Draft:
    """What the seed would add to the reviews that stand already."""
    entries, reviewers = list(candidates(round_)), list(eligible_reviewers(round_))
    fixed = set(round_.reviews.standing().values_list("entry_id", "reviewer_id"))
    plan = assign(
        entries=[entry.pk for entry in entries],
        reviewers=[reviewer.pk for reviewer in reviewers],
        barred=barred_pairs(round_, entries, reviewers),
        fixed=fixed,
        each=round_.reviewers_per_entry,
        seed=seed,
    )
    new = plan.pairs - fixed
    person = {reviewer.pk: reviewer for reviewer in reviewers}
    load = plan.load(person)
    text = canonical_json([seed, sorted(plan.pairs), sorted(fixed)])
    return Draft(
        plan=plan,
        added=[
            (entry, people)
            for entry in entries
            if (people := [person[p] for p in sorted(person) if (entry.pk, p) in new])
        ],
        load=[(reviewer, load[reviewer.pk]) for reviewer in reviewers],
        short=[entry for entry in entries if entry.pk in plan.short],
        seed=seed,
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
    )


@dataclass(slots=True)
class Pile:
    """What one reviewer has on the desk in one round."""

    round: ReviewRound
    is_open: bool
    days_left: int | None
    is_settled: bool
    reviews: list[Review] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(review.submitted_at is not None for review in self.reviews)

    @property
    def next(self) -> Review | None:
        return next((each for each in self.reviews if each.submitted_at is None), None)


def desk_of(user: User, *, now: datetime) -> list[Pile]:
    """The reviews of this person in contests that are not over, the oldest first."""
    reviews = (
        Review.objects.of_reviewer(user)
        .standing()
        .filter(round__contest__archived_at=None)
        .select_related("round__contest", "entry__unit")
        .prefetch_related("round__contest__openings")
        .by_age()
    )
    piles: dict[int, Pile] = {}
    for review in reviews:
        round_ = review.round
        if round_.pk not in piles:
            piles[round_.pk] = Pile(
                round=round_,
                is_open=is_open(round_, now=now),
                days_left=days_left(round_, now=now),
                is_settled=round_.selections.standing().exists(),
            )
        piles[round_.pk].reviews.append(review)
    return sorted(piles.values(), key=lambda pile: (not pile.is_open, pile.round.pk))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a review lies in its pile: by the units' codes, as on paper."""

    number: int
    count: int
    before: Review | None
    after: Review | None
    next_waiting: Review | None


def place_of(review: Review) -> Place:
    pile = list(
        Review.objects.of_reviewer(review.reviewer)
        .standing()
        .filter(round=review.round_id)
        .select_related("entry__unit")
        .order_by("entry__unit__code")
    )
    here = [each.pk for each in pile].index(review.pk)
    onwards = pile[here + 1 :] + pile[:here]
    return Place(
        number=here + 1,
        count=len(pile),
        before=pile[here - 1] if here else None,
        after=pile[here + 1] if here + 1 < len(pile) else None,
        next_waiting=next(
            (each for each in onwards if each.submitted_at is None), None
        ),
    )


def latest_version(review: Review) -> ReviewVersion | None:
    return review.versions.order_by("-version").first()


def others_of(review: Review) -> list[ReviewVersion]:
    """What the others handed in for this entry: nothing before one's own is in."""
    if not review.round.shows_others or review.submitted_at is None:
        return []
    others = (
        Review.objects.filter(round=review.round_id, entry=review.entry_id)
        .exclude(reviewer=review.reviewer_id)
        .handed_in()
        .select_related("reviewer")
        .with_latest_version()
        .order_by("pk")
    )
    return [other.newest_first[0] for other in others]


@dataclass(slots=True)
class ReviewerProgress:
    reviewer: User
    assigned: int = 0
    untouched: int = 0
    draft: int = 0
    handed_in: int = 0
    recused: int = 0

    @property
    def missing(self) -> int:
        return self.untouched + self.draft


@dataclass(slots=True)
class EntryProgress:
    """``wanted`` reviews of an entry, and what has become of them."""

    entry: Entry
    wanted: int
    reviews: list[Review] = field(default_factory=list)
    is_released: bool = False

    @property
    def handed_in(self) -> int:
        return sum(review.submitted_at is not None for review in self.standing)

    @property
    def standing(self) -> list[Review]:
        return [review for review in self.reviews if review.ended_at is None]

    @property
    def unassigned(self) -> int:
        return max(self.wanted - len(self.standing), 0)

    @property
    def missing(self) -> int:
        """Reviews that were asked for and are not in, and places that nobody has."""
        return len(self.standing) - self.handed_in + self.unassigned


@dataclass(frozen=True, slots=True)
class Progress:
    reviewers: list[ReviewerProgress]
    entries: list[EntryProgress]
    recusals: list[Review]

    @property
    def holding_back(self) -> list[EntryProgress]:
        return [each for each in self.entries if each.missing and not each.is_released]

    @property
    def unassigned(self) -> int:
        return sum(each.unassigned for each in self.entries)

    @property
    def handed_in(self) -> int:
        return sum(each.handed_in for each in self.entries)

    @property
    def wanted(self) -> int:
        return sum(each.handed_in + each.missing for each in self.entries)


def progress_of(round_: ReviewRound) -> Progress:
    """How far everybody is. It says nothing about any mark."""
    released = set(round_.releases.values_list("entry_id", flat=True))
    entries = {
        entry.pk: EntryProgress(
            entry, round_.reviewers_per_entry, is_released=entry.pk in released
        )
        for entry in candidates(round_)
    }
    people: dict[int, ReviewerProgress] = {}
    recusals = []
    reviews = round_.reviews.select_related("reviewer", "entry__unit").defer(
        "marks", "remark"
    )
    for review in reviews.order_by("reviewer__username", "entry__unit__code"):
        if review.entry_id not in entries:
            continue
        entries[review.entry_id].reviews.append(review)
        row = people.setdefault(review.reviewer_id, ReviewerProgress(review.reviewer))
        if review.ended_at is not None:
            if review.ended_as == "recused":
                row.recused += 1
                recusals.append(review)
            continue
        row.assigned += 1
        if review.submitted_at is not None:
            row.handed_in += 1
        elif review.saved_at is not None:
            row.draft += 1
        else:
            row.untouched += 1
    return Progress(list(people.values()), list(entries.values()), recusals)


def ranking_inputs(round_: ReviewRound) -> dict[str, Any]:
    """Everything that a ranking depends on, as plain values: reviewers by number, no names."""
    entries = {entry.pk: entry.unit for entry in candidates(round_)}
    handed_in = (
        round_.reviews.handed_in()
        .filter(entry__in=entries)
        .with_latest_version()
        .order_by("entry__unit__code", "reviewer")
    )
    return {
        "criteria": round_.criteria,
        "trim_from": round_.trim_from,
        "normalised": round_.normalised,
        "places": round_.goes_on,
        "entries": [
            {"code": unit.code, "name": unit.name} for unit in entries.values()
        ],
        "reviews": [
            {
                "entry": entries[review.entry_id].code,
                "reviewer": str(review.reviewer_id),
                "marks": review.newest_first[0].marks,
            }
            for review in handed_in
        ],
    }


def hash_of(inputs: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(inputs).encode()).hexdigest()


def total_of(marks: dict[str, str], criteria: list[dict[str, str]]) -> str:
    """The weighted total of one complete sheet, by the rules that the settings name."""
    return import_string(settings.REVIEW_RULES["total"])(marks, criteria)


@dataclass(frozen=True, slots=True)
class Ranking:
    inputs: dict[str, Any]
    inputs_hash: str
    outcome: dict[str, Any]

    @property
    def chosen(self) -> list[str] | None:
        return self.outcome["chosen"]


def ranking_of(round_: ReviewRound) -> Ranking:
    """The ranking as the rules make it, with the decision on a tie where one stands."""
    inputs = ranking_inputs(round_)
    digest = hash_of(inputs)
    decision = tie_decision(round_, digest)
    rank = import_string(settings.REVIEW_RULES["rank"])
    return Ranking(inputs, digest, rank(inputs | {"decision": decision}))


def _tie_proposals(round_: ReviewRound, inputs_hash: str) -> QuerySet[Proposal]:
    return (
        Proposal.objects.about(round_)
        .filter(kind=TIE, payload__inputs_hash=inputs_hash)
        .select_related("proposed_by", "decision__decided_by")
        .order_by("-pk")
    )


def tie_proposal(round_: ReviewRound, inputs_hash: str) -> Proposal | None:
    """The decision on the tie that waits for its second person."""
    return _tie_proposals(round_, inputs_hash).undecided().first()


def confirmed_tie(round_: ReviewRound, inputs_hash: str) -> Proposal | None:
    return _tie_proposals(round_, inputs_hash).filter(decision__confirmed=True).first()


def tie_decision(round_: ReviewRound, inputs_hash: str) -> dict[str, Any] | None:
    """The confirmed decision on exactly these marks, as the rules want it."""
    proposal = confirmed_tie(round_, inputs_hash)
    if proposal is None:
        return None
    return {
        "kind": proposal.payload["kind"],
        "chosen": proposal.payload["chosen"],
        "reason": proposal.reason,
        "by": [str(proposal.proposed_by), str(proposal.decision.decided_by)],
    }


def against_ranking(
    round_: ReviewRound, *, now: datetime, progress: Progress | None = None
) -> list[str]:
    """What must be done before anybody sees a ranking; empty: nothing."""
    still = []
    if not round_.criteria:
        still.append("还没有设评分项。")
    if round_.closes_at is None:
        still.append(f"活动里还没有设“{round_.get_step_display()}截止”。")
    elif not round_.is_over(now):
        still.append(f"{round_.get_step_display()}还没有截止，评审还能改。")
    progress = progress or progress_of(round_)
    if not progress.entries:
        still.append("这一轮还没有单位。")
    holding_back = progress.holding_back
    if holding_back:
        missing = sum(each.missing for each in holding_back)
        still.append(
            f"{len(holding_back)} 个单位还缺 {missing} 份评审。缺的不是 0 分。"
        )
    without = [
        each.entry.unit.name
        for each in progress.entries
        if each.is_released and not each.handed_in
    ]
    if without:
        still.append(f"一份评审也没有，不能排名：{'、'.join(without)}。")
    return still


def rounds_of(contest: Contest) -> dict[str, ReviewRound]:
    return {
        round_.step: round_
        for round_ in ReviewRound.objects.filter(contest=contest).select_related(
            "contest"
        )
    }


def reviews_waiting(user: User, contest: Contest) -> dict[str, tuple[int, int]]:
    """For each round of a contest: how many this person has, and how many are not in."""
    assigned: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    rows = (
        Review.objects.of_contest(contest)
        .of_reviewer(user)
        .standing()
        .values_list("round__step", "submitted_at")
    )
    for step, submitted_at in rows:
        assigned[step] += 1
        waiting[step] += submitted_at is None
    return {step: (assigned[step], waiting[step]) for step in assigned}


def remarks_for(entries: Iterable[int], round_: ReviewRound) -> dict[int, list[str]]:
    """What reviewers said of these entries, without a name and without a mark."""
    told: dict[int, list[str]] = defaultdict(list)
    if not round_.shares_remarks:
        return told
    reviews = round_.reviews.handed_in().filter(entry__in=entries).with_latest_version()
    for review in reviews.order_by("pk"):
        told[review.entry_id].append(review.newest_first[0].remark)
    return told


@dataclass(frozen=True, slots=True)
class News:
    """What a unit is told of one round: what ``_step.html`` shows."""

    title: str
    state: str
    kind: str
    text: str
    remarks: list[str]


def news_for(entry: Entry, *, now: datetime) -> list[News]:
    """What this entry's unit may know of its reviews: nothing before a round is settled."""
    told = []
    for round_ in rounds_of(entry.contest).values():
        if not candidates(round_).filter(pk=entry.pk).exists():
            continue
        told.append(_news(entry, round_, now=now))
    return told


def _news(entry: Entry, round_: ReviewRound, *, now: datetime) -> News:
    step = round_.get_step_display()
    selection = standing_selection(round_)
    if selection is None:
        state = f"{step}中" if is_open(round_, now=now) else f"等待{step}"
        text = f"{step}结果确定以后显示在这里。"
        return News(step, state, "wait", text, [])
    remarks = remarks_for([entry.pk], round_)[entry.pk]
    chosen = selection.entries.filter(entry=entry).first()
    if chosen is None:
        text = "这一次没有进入下一步。谢谢你们一年的付出。"
        return News(step, f"{step}结束", "wait", text, remarks)
    if round_.kind == Step.FIRST:
        return News(step, "通过初审", "done", "已经进入复审。", remarks)
    text = f"编号 {entry.plate}。卡片、选票和现场都用这个编号。"
    return News(step, "入围", "done", text, remarks)
