import pytest
from django.db import DatabaseError, IntegrityError, transaction

from site_cms.trail.errors import NothingProposed, ReasonMissing, SamePerson
from site_cms.trail.models import TrailEntry
from tests.factories import HOUR, NOW, make_contest, make_rule_sheet, make_user
from voting.rules.reading import Refused
from voting.rules.validation import validate
from voting.rulesheets.errors import (
    DraftChanged,
    RuleSheetExists,
    RuleSheetFrozen,
    RulesNotReady,
)
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.queries import (
    freeze_decision,
    freeze_proposal,
    frozen_rule_sheet,
)
from voting.rulesheets.services import (
    confirm_freeze,
    create_rule_sheet,
    propose_freeze,
    reject_freeze,
    update_rule_sheet,
)
from voting.rulesheets.templates import TEMPLATES

pytestmark = pytest.mark.django_db


def proposed(sheet, *, by=None):
    return propose_freeze(
        by=by or make_user(), rule_sheet=sheet, reason="会议通过", now=NOW
    )


def test_a_new_rule_sheet_follows_its_template_and_leaves_the_online_weight_open():
    contest = make_contest(flags=8)

    sheet = create_rule_sheet(
        by=make_user(), contest=contest, template="rank_linear", now=NOW
    )

    assert (
        sheet.rules.votes.method,
        sheet.rules.online_weight,
        sheet.rules.places,
    ) == ("rank", None, 8)


@pytest.mark.parametrize("template", [template.code for template in TEMPLATES])
def test_every_template_lacks_nothing_but_the_online_weight(template):
    sheet = create_rule_sheet(
        by=None, contest=make_contest(), template=template, now=NOW
    )

    assert [problem.field for problem in validate(sheet.rules)] == ["online_weight"]


def test_a_contest_has_one_rule_sheet():
    sheet = make_rule_sheet()

    with pytest.raises(RuleSheetExists):
        create_rule_sheet(
            by=make_user(), contest=sheet.contest, template="advice", now=NOW
        )

    assert RuleSheet.objects.get() == sheet


def test_a_draft_is_changed_and_the_trail_knows_by_whom():
    sheet, editor = make_rule_sheet(), make_user()

    update_rule_sheet(
        by=editor,
        rule_sheet=sheet,
        document=sheet.document | {"online_weight": "0.05"},
        now=NOW + HOUR,
    )

    sheet.refresh_from_db()
    entry = TrailEntry.objects.about(sheet).last()
    assert (sheet.document["online_weight"], sheet.changed_at, entry.by) == (
        "0.05",
        NOW + HOUR,
        editor,
    )


def test_a_document_that_the_engine_cannot_read_is_not_saved():
    sheet = make_rule_sheet()

    with pytest.raises(Refused):
        update_rule_sheet(
            by=make_user(),
            rule_sheet=sheet,
            document=sheet.document | {"online_weight": 0.3},
            now=NOW,
        )

    sheet.refresh_from_db()
    assert sheet.document["online_weight"] == "0.3"


def test_rules_with_gaps_cannot_be_proposed_for_freezing():
    sheet = create_rule_sheet(
        by=None, contest=make_contest(), template="advice", now=NOW
    )

    with pytest.raises(RulesNotReady, match="还没有选民意测评占多少"):
        proposed(sheet)


def test_two_people_freeze_the_rules():
    sheet, proposer, second = make_rule_sheet(), make_user(), make_user()

    confirm_freeze(by=second, proposal=proposed(sheet, by=proposer), now=NOW + HOUR)

    frozen, decision = frozen_rule_sheet(sheet.contest), freeze_decision(sheet)
    assert (frozen.frozen_at, frozen.rules_hash) == (NOW + HOUR, sheet.rules.hash())
    assert (decision.proposed_by, decision.decided_by) == (proposer, second)


def test_a_draft_is_not_the_rule_sheet_that_counts():
    sheet = make_rule_sheet()
    proposed(sheet)

    assert frozen_rule_sheet(sheet.contest) is None


def test_the_proposer_cannot_agree():
    sheet, proposer = make_rule_sheet(), make_user()

    with pytest.raises(SamePerson):
        confirm_freeze(by=proposer, proposal=proposed(sheet, by=proposer), now=NOW)

    assert frozen_rule_sheet(sheet.contest) is None


def test_freezing_twice_is_refused():
    sheet = make_rule_sheet()
    proposal = proposed(sheet)
    confirm_freeze(by=make_user(), proposal=proposal, now=NOW)

    with pytest.raises(RuleSheetFrozen):
        confirm_freeze(by=make_user(), proposal=proposal, now=NOW + HOUR)


def test_a_change_after_the_proposal_makes_it_void():
    sheet = make_rule_sheet()
    proposal = proposed(sheet)
    update_rule_sheet(
        by=make_user(),
        rule_sheet=sheet,
        document=sheet.document | {"online_weight": "0.31"},
        now=NOW,
    )

    with pytest.raises(DraftChanged):
        confirm_freeze(by=make_user(), proposal=proposal, now=NOW)

    sheet.refresh_from_db()
    assert (sheet.is_frozen, freeze_proposal(sheet)) == (False, None)


def test_the_second_person_sends_the_draft_back_with_a_reason():
    sheet = make_rule_sheet()
    proposal = proposed(sheet)

    with pytest.raises(ReasonMissing):
        reject_freeze(by=make_user(), proposal=proposal, remark=" ", now=NOW)
    reject_freeze(by=make_user(), proposal=proposal, remark="权重再议", now=NOW)

    sheet.refresh_from_db()
    assert (sheet.is_frozen, freeze_proposal(sheet)) == (False, None)


def test_a_proposal_about_something_else_freezes_nothing():
    proposal = proposed(make_rule_sheet())
    proposal.kind = "result.publish"

    with pytest.raises(NothingProposed):
        confirm_freeze(by=make_user(), proposal=proposal, now=NOW)


def test_a_frozen_rule_sheet_is_not_updated():
    sheet = make_rule_sheet(frozen_at=NOW)

    with pytest.raises(RuleSheetFrozen):
        update_rule_sheet(
            by=make_user(), rule_sheet=sheet, document=sheet.document, now=NOW
        )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"document": {}}, id="rules"),
        pytest.param({"rules_hash": "0" * 64}, id="hash"),
        pytest.param({"frozen_at": None, "rules_hash": ""}, id="back to a draft"),
    ],
)
def test_the_database_refuses_to_change_a_frozen_rule_sheet(change):
    sheet = make_rule_sheet(frozen_at=NOW)

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        RuleSheet.objects.filter(pk=sheet.pk).update(**change)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        sheet.delete()

    assert RuleSheet.objects.get() == sheet


def test_the_database_refuses_a_frozen_rule_sheet_without_its_hash():
    sheet = make_rule_sheet()

    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSheet.objects.filter(pk=sheet.pk).update(frozen_at=NOW)
