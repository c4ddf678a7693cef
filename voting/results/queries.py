"""Reads about results: what stands against one, which was computed, which is public."""

from datetime import datetime

from django.urls import reverse

from showcase.contests.models import Contest, Entry
from site_cms.trail.models import Proposal
from voting.results.errors import Hindrance
from voting.results.finalising_models import Reopening
from voting.results.hindrance_queries import (
    of_detection,
    of_proposals_about_entries,
    of_the_entries,
    of_the_night,
    of_the_open_poll,
    of_the_poll,
)
from voting.results.inputs import ballots_told, inputs_of
from voting.results.models import Check, Computation, Finalisation, Publication, Release
from voting.results.points_queries import extra_inputs, points_proposals
from voting.results.tie_queries import (
    decision_proposals,
    latest_lot,
    open_ties,
    seed_proposal,
    told,
)
from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.queries import frozen_rule_sheet

PUBLISH = "result.publish"


def against_computing(contest: Contest, *, now: datetime) -> list[Hindrance]:
    """What keeps a result from being computed at all: counts stay hidden until the close."""
    sheet = frozen_rule_sheet(contest)
    if sheet is None:
        return [_rules_are_open(contest)]
    return [
        *of_the_entries(contest, now=now),
        *of_the_poll(contest, sheet.rules, now),
        *_of_extras(contest, sheet.rules, now),
    ]


def _of_extras(contest: Contest, rules: RuleSheet, now: datetime) -> list[Hindrance]:
    """A weighted part from elsewhere needs points of every entry."""
    plates = [entry.plate for entry in contest.entries.standing(now).in_number_order()]
    given = extra_inputs(contest)
    url = reverse("voting:result_points", args=[contest.slug])
    found = []
    for rule in rules.extras:
        missing = [plate for plate in plates if plate not in given.get(rule.code, {})]
        if rule.way == "weighted" and missing:
            sentence = f"“{rule.name}”还缺 {'、'.join(missing)} 号的分。"
            found.append(Hindrance(sentence, url, "去记分"))
    return found


def _rules_are_open(contest: Contest) -> Hindrance:
    url = reverse("voting:rules_freeze", args=[contest.slug])
    return Hindrance("计分规则还没有冻结。", url, "冻结规则")


def against_comparing(contest: Contest, *, now: datetime) -> list[Hindrance]:
    """What keeps everybody from seeing ranks with and without voids: above all the open poll."""
    sheet = frozen_rule_sheet(contest)
    if sheet is None:
        return [_rules_are_open(contest)]
    if sheet.rules.votes is None:
        return [Hindrance("这次活动没有民意测评。")]
    return of_the_open_poll(contest, now)


def against_publishing(computation: Computation, *, now: datetime) -> list[Hindrance]:
    """Everything that keeps a computed result from being let stand, whole and in order."""
    return [*against_settling(computation, now=now), *_of_the_check(computation)]


def against_settling(computation: Computation, *, now: datetime) -> list[Hindrance]:
    """All but the verifier: what has to be done by people."""
    contest, rules = computation.contest, computation.rule_sheet.rules
    return [
        *against_computing(contest, now=now),
        *of_detection(contest, rules),
        *of_the_night(contest, computation, now),
        *of_proposals_about_entries(contest),
        *of_points(contest),
        *of_ties(computation),
        *_of_the_latest(computation),
    ]


def of_points(contest: Contest) -> list[Hindrance]:
    url = reverse("voting:result_points", args=[contest.slug])
    return [
        Hindrance(f"等第二人决定：{proposal.sentence}。", url, "去决定")
        for proposal in points_proposals(contest)
    ]


def of_ties(computation: Computation) -> list[Hindrance]:
    """Equals that nothing has parted, and what about them waits for a second person."""
    contest = computation.contest
    url = reverse("voting:result_ties", args=[contest.slug])
    is_lot = computation.rule_sheet.rules.ladder[-1] == "lot"
    how = "要当众抽签定先后" if is_lot else "要由具名人员裁定先后"
    found = [
        Hindrance(
            f"第 {tie['rank']} 名：{told(computation, tie['entries'])}各级都相同，{how}。",
            url,
            "去抽签" if is_lot else "去裁定",
        )
        for tie in open_ties(computation)
    ]
    lot = latest_lot(contest)
    waiting = decision_proposals(contest)
    if lot and lot.seed is None and (proposal := seed_proposal(lot)):
        waiting.append(proposal)
    return found + [
        Hindrance(f"等第二人决定：{proposal.sentence}。", url, "去决定")
        for proposal in waiting
    ]


def _of_the_latest(computation: Computation) -> list[Hindrance]:
    latest = latest_computation(computation.contest)
    if latest == computation:
        return []
    url = reverse("voting:results_manage", args=[computation.contest.slug])
    return [Hindrance("后来又计算过一次，请看最新的那一份。", url, "看最新的计算")]


def _of_the_check(computation: Computation) -> list[Hindrance]:
    """The second implementation must have said that all is equal, of this very computation."""
    check = check_of(computation)
    if check is not None and check.agrees:
        return []
    if check is not None:
        sentence = (
            "核对程序重算的和这一次计算不一样，不能公布。"
            f"它的话：{check.said} 请不要改任何数据，把这句话告诉技术人员。"
        )
    elif Check.objects.filter(computation__contest=computation.contest).exists():
        sentence = (
            "核对程序核对的是更早的一次计算，这一次还没有核对。"
            "后台会自己核对，一般几分钟，请过一会儿刷新。"
        )
    else:
        sentence = (
            "核对程序还没有核对这一次计算。后台会自己核对，一般几分钟，请过一会儿刷新。"
        )
    url = reverse("voting:results_manage", args=[computation.contest.slug])
    return [Hindrance(sentence, url, "看核对")]


def check_of(computation: Computation) -> Check | None:
    """The last word of the second implementation on this computation."""
    return Check.objects.filter(computation=computation).order_by("-pk").first()


def has_changed(computation: Computation, *, now: datetime) -> bool:
    """Whether votes, marks or anything else are no longer what was computed from."""
    contest, rules = computation.contest, computation.rule_sheet.rules
    return inputs_of(
        contest, rules, now=now
    ).hash() != computation.inputs_hash or ballots_told(
        contest, rules, now=now
    ) != computation.aside.get("standing")


def latest_computation(contest: Contest) -> Computation | None:
    return (
        Computation.objects.of_contest(contest)
        .select_related("contest", "rule_sheet", "computed_by")
        .last()
    )


def standing_result(contest: Contest) -> Publication | None:
    """The newest result that two people let stand. Not public before its release."""
    return (
        Publication.objects.of_contest(contest)
        .select_related(
            "contest",
            "computation__rule_sheet",
            "proposed_by",
            "confirmed_by",
            "finalisation__proposed_by",
            "finalisation__confirmed_by",
        )
        .order_by("-revision")
        .first()
    )


def against_changing_entries(entry: Entry, *, now: datetime) -> list[str]:
    """Why nobody can leave or come back any more, before the public knows of any result."""
    if standing_result(entry.contest) is None:
        return []
    return [
        "结果已经由两个人确定，正等揭晓，参评单位不能再变。"
        "要改，先公开，再走异议和更正。什么都没有改变。"
    ]


def release_of(contest: Contest, *, now: datetime) -> Release | None:
    return Release.objects.filter(contest=contest, released_at__lte=now).first()


def publication_of(contest: Contest, *, now: datetime) -> Publication | None:
    """What the public may see, or None: then nobody learns anything from this package."""
    return standing_result(contest) if release_of(contest, now=now) else None


def openings_are_public(contest: Contest, *, now: datetime) -> bool:
    """Picks and counts of single entries are open once the result is out."""
    return publication_of(contest, now=now) is not None


def finalisation_of(publication: Publication | None) -> Finalisation | None:
    """Who made this very result final, and when; None: it is not, or not yet.

    It stays readable after it was opened again: :func:`reopening_of` says so.
    """
    if publication is None:
        return None
    return (
        Finalisation.objects.filter(publication=publication)
        .select_related("proposed_by", "confirmed_by")
        .first()
    )


def reopening_of(finalisation: Finalisation | None) -> Reopening | None:
    if finalisation is None:
        return None
    return (
        Reopening.objects.filter(finalisation=finalisation)
        .select_related("proposed_by", "confirmed_by")
        .first()
    )


def is_final(contest: Contest, *, now: datetime) -> bool:
    """Whether nothing may change any more, unless two people open it again."""
    return contest.finalised_at is not None and contest.finalised_at <= now


def publish_proposal(contest: Contest) -> Proposal | None:
    """The proposal that waits for its second person: of the latest computation only."""
    return proposal_for(contest, PUBLISH)


def proposal_for(contest: Contest, kind: str) -> Proposal | None:
    """What was proposed of the latest computation and waits for its second person."""
    computation = latest_computation(contest)
    if computation is None:
        return None
    return (
        Proposal.objects.about(computation)
        .undecided()
        .filter(kind=kind)
        .select_related("proposed_by")
        .last()
    )
