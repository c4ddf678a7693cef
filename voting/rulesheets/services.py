"""Every change to a rule sheet happens here."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Decision, Proposal
from voting.log.models import Kind
from voting.log.services import append
from voting.rules.rule_sheet import RuleSheet as Rules
from voting.rules.validation import validate
from voting.rulesheets.errors import (
    DraftChanged,
    RuleSheetError,
    RuleSheetExists,
    RuleSheetFrozen,
    RulesNotReady,
)
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.queries import FREEZE
from voting.rulesheets.templates import BY_CODE


@transaction.atomic
def create_rule_sheet(
    *, by: User | None, contest: Contest, template: str, now: datetime
) -> RuleSheet:
    """Begin the one rule sheet of a contest from a template. The online weight stays open."""
    chosen = BY_CODE[template]
    document = chosen.rules.to_json() | {
        "title": f"{contest}计分规则",
        "places": contest.flags,
    }
    try:
        with transaction.atomic():
            rule_sheet = RuleSheet.objects.create(
                contest=contest, document=document, changed_at=now
            )
    except IntegrityError as error:
        raise RuleSheetExists from error
    trail.record(
        by=by,
        action="rule_sheet.created",
        subject=rule_sheet,
        sentence=f"按“{chosen.name}”起草“{contest}”的计分规则",
        now=now,
        details={"template": chosen.code},
    )
    return rule_sheet


@transaction.atomic
def update_rule_sheet(
    *, by: User | None, rule_sheet: RuleSheet, document: dict[str, Any], now: datetime
) -> RuleSheet:
    """Save a draft. It must be readable by the engine; whether it is complete freezing asks.

    Errors
        :class:`~voting.rules.reading.Refused` with what cannot be read.
    """
    rules = Rules.from_json(document)
    rule_sheet = _draft(rule_sheet)
    before = rule_sheet.rules.hash()
    rule_sheet.document = rules.to_json()
    rule_sheet.changed_at = now
    rule_sheet.save(update_fields=["document", "changed_at"])
    trail.record(
        by=by,
        action="rule_sheet.changed",
        subject=rule_sheet,
        sentence=f"修改“{rule_sheet.contest}”的计分规则草稿",
        now=now,
        details={"before": before, "after": rules.hash()},
    )
    return rule_sheet


@transaction.atomic
def copy_rule_sheet(
    *, by: User | None, rule_sheet: RuleSheet, contest: Contest, now: datetime
) -> RuleSheet:
    """Give a practice contest the rules of another as they are now, frozen at once.

    A draft may be copied too, if it is complete: how it works out is what one rehearses.
    """
    if not contest.practice:
        raise RuleSheetError(
            "正式活动的计分规则要自己写、由两个人冻结，不能从别处抄来。没有改变。"
        )
    rules = rule_sheet.rules
    if problems := validate(rules):
        raise RulesNotReady(problems)
    try:
        with transaction.atomic():
            copied = RuleSheet.objects.create(
                contest=contest,
                document=rules.to_json(),
                changed_at=now,
                frozen_at=now,
                rules_hash=rules.hash(),
            )
    except IntegrityError as error:
        raise RuleSheetExists from error
    trail.record(
        by=by,
        action="rule_sheet.copied",
        subject=copied,
        sentence=f"演练沿用“{rule_sheet.contest}”的计分规则",
        now=now,
        details={"rules_hash": copied.rules_hash, "was_frozen": rule_sheet.is_frozen},
    )
    append(
        contest=contest,
        kind=Kind.RULE_SHEET,
        statement={
            "title": rules.title,
            "hash": copied.rules_hash,
            "by": [str(by)] if by else [],
        },
        now=now,
    )
    return copied


@transaction.atomic
def draft_rule_sheet_from(
    *, by: User | None, rule_sheet: RuleSheet, contest: Contest, now: datetime
) -> RuleSheet:
    """Begin the rules of another contest with these, as a draft.

    The online weight stays open: somebody must choose it for each contest anew.
    """
    document = rule_sheet.document | {
        "title": f"{contest}计分规则",
        "online_weight": None,
    }
    try:
        with transaction.atomic():
            draft = RuleSheet.objects.create(
                contest=contest,
                document=Rules.from_json(document).to_json(),
                changed_at=now,
            )
    except IntegrityError as error:
        raise RuleSheetExists from error
    trail.record(
        by=by,
        action="rule_sheet.created",
        subject=draft,
        sentence=f"照“{rule_sheet.contest}”起草“{contest}”的计分规则",
        now=now,
        details={"source": rule_sheet.contest.slug},
    )
    return draft


@transaction.atomic
def propose_freeze(
    *, by: User, rule_sheet: RuleSheet, reason: str, now: datetime
) -> Proposal:
    """Ask a second person to freeze the rules as they are now."""
    rule_sheet = _draft(rule_sheet)
    rules = rule_sheet.rules
    if problems := validate(rules):
        raise RulesNotReady(problems)
    return trail.propose(
        by=by,
        kind=FREEZE,
        subject=rule_sheet,
        sentence=f"冻结“{rule_sheet.contest}”的计分规则",
        reason=reason,
        now=now,
        payload={"rules_hash": rules.hash()},
    )


@transaction.atomic
def confirm_freeze(*, by: User, proposal: Proposal, now: datetime) -> RuleSheet:
    """The second person agrees: from here on nobody can change the rules."""
    rule_sheet = _draft(_subject(proposal))
    rules_hash = rule_sheet.rules.hash()
    if proposal.payload["rules_hash"] != rules_hash:
        raise DraftChanged
    trail.decide(by=by, proposal=proposal, subject=rule_sheet, confirmed=True, now=now)
    rule_sheet.frozen_at = now
    rule_sheet.rules_hash = rules_hash
    rule_sheet.save(update_fields=["frozen_at", "rules_hash"])
    append(
        contest=rule_sheet.contest,
        kind=Kind.RULE_SHEET,
        statement={
            "title": rule_sheet.rules.title,
            "hash": rules_hash,
            "by": [str(proposal.proposed_by), str(by)],
        },
        now=now,
    )
    return rule_sheet


@transaction.atomic
def reject_freeze(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. The draft stays a draft."""
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=_draft(_subject(proposal)),
        confirmed=False,
        remark=remark,
        now=now,
    )


def _subject(proposal: Proposal) -> RuleSheet:
    if proposal.kind != FREEZE:
        raise NothingProposed
    return RuleSheet.objects.get(pk=proposal.subject_id)


def _draft(rule_sheet: RuleSheet) -> RuleSheet:
    """The row as it is now, locked; a frozen one is refused."""
    current = RuleSheet.objects.select_for_update().get(pk=rule_sheet.pk)
    if current.is_frozen:
        raise RuleSheetFrozen
    return current
