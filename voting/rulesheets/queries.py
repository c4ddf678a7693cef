"""Reads about rule sheets that need more than one table."""

from showcase.contests.models import Contest
from site_cms.trail.models import Decision, Proposal
from voting.rulesheets.models import RuleSheet

FREEZE = "rule_sheet.freeze"


def rule_sheet_of(contest: Contest) -> RuleSheet | None:
    """The rule sheet of a contest, draft or frozen."""
    return RuleSheet.objects.filter(contest=contest).first()


def frozen_rule_sheet(contest: Contest) -> RuleSheet | None:
    """The rule sheet that counts, or None: nothing may open before there is one."""
    return RuleSheet.objects.frozen().filter(contest=contest).first()


def freeze_proposal(rule_sheet: RuleSheet) -> Proposal | None:
    """The proposal that waits for its second person.

    One that was made before the last change no longer counts: it froze other rules.
    """
    return (
        Proposal.objects.about(rule_sheet)
        .undecided()
        .filter(kind=FREEZE, payload__rules_hash=rule_sheet.rules.hash())
        .select_related("proposed_by")
        .last()
    )


def freeze_decision(rule_sheet: RuleSheet) -> Decision | None:
    """Who proposed and who agreed, of the freeze that stands."""
    return (
        Decision.objects.filter(
            proposal__in=Proposal.objects.about(rule_sheet).filter(kind=FREEZE),
            confirmed=True,
        )
        .select_related("proposed_by", "decided_by")
        .first()
    )
