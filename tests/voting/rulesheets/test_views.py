import hashlib
import json
from dataclasses import replace
from fractions import Fraction

import pytest
from django.urls import reverse

from site_cms.accounts.roles import Role
from tests.factories import (
    NOW,
    make_contest,
    make_operator,
    make_rule_sheet,
    make_user,
    sign_in,
)
from tests.voting.rulesheets.typing import as_sent
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.queries import freeze_proposal
from voting.rulesheets.services import confirm_freeze, propose_freeze
from voting.rulesheets.worked import work_out

pytestmark = pytest.mark.django_db


def address(name: str, sheet: RuleSheet) -> str:
    return reverse(f"voting:{name}", args=[sheet.contest.slug])


def frozen_by_two() -> RuleSheet:
    sheet = make_rule_sheet()
    proposal = propose_freeze(
        by=make_user(last_name="林", first_name="建国"),
        rule_sheet=sheet,
        reason="会议通过",
        now=NOW,
    )
    second = make_user(last_name="吴", first_name="桂芳")
    return confirm_freeze(by=second, proposal=proposal, now=NOW)


def text(response) -> str:
    return response.content.decode()


def test_the_public_reads_the_frozen_rules_with_the_two_names(client):
    sheet = frozen_by_two()

    page = text(client.get(address("rules", sheet)))

    assert "现场评比占 70%，民意测评占 30%" in page
    assert "6 月 1 日 20:00 冻结，林建国提出，吴桂芳同意" in page
    assert sheet.rules_hash in page


def test_the_rules_file_has_the_published_hash(client):
    sheet = frozen_by_two()

    response = client.get(address("rules_json", sheet))

    assert hashlib.sha256(response.content).hexdigest() == sheet.rules_hash
    assert response["ETag"] == f'"{sheet.rules_hash}"'
    assert json.loads(response.content) == sheet.document


def test_a_draft_is_not_shown_to_the_public(client):
    sheet = make_rule_sheet(
        document=make_rule_sheet().document | {"note": "还没公开的一句话"}
    )

    page = client.get(address("rules", sheet))
    data = client.get(address("rules_json", sheet))

    assert "计分规则还没有定" in text(page)
    assert "还没公开的一句话" not in text(page) + text(data)
    assert data.status_code == 404


def test_the_rules_of_a_hidden_contest_are_not_found(client):
    sheet = make_rule_sheet(contest=make_contest(hidden=True), frozen_at=NOW)

    assert client.get(address("rules", sheet)).status_code == 404


def test_a_practice_contest_carries_its_band(client):
    contest = make_contest(practice=True, practice_note="演练，不计入任何成绩")
    sheet = make_rule_sheet(contest=contest, frozen_at=NOW)

    assert "演练，不计入任何成绩" in text(client.get(address("rules", sheet)))


@pytest.mark.parametrize("name", ["rules_edit", "rules_freeze"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        pytest.param(None, 302, id="nobody signs in first"),
        pytest.param(Role.HOST, 403, id="host"),
        pytest.param(Role.AUDITOR, 403, id="auditor"),
    ],
)
def test_the_wrong_person_does_not_get_in(client, name, role, status):
    sheet = make_rule_sheet()
    if role:
        sign_in(client, make_operator(role))

    assert client.get(address(name, sheet)).status_code == status


def test_a_supervisor_may_not_edit(client):
    sheet = make_rule_sheet()
    sign_in(client, make_operator(Role.SUPERVISOR))

    sent = as_sent(sheet.rules, online_weight="31", act="save")
    response = client.post(address("rules_edit", sheet), sent)

    sheet.refresh_from_db()
    assert (response.status_code, sheet.document["online_weight"]) == (403, "0.3")


def test_the_first_visit_offers_the_templates_and_starts_from_one(client):
    contest = make_contest()
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    url = reverse("voting:rules_edit", args=[contest.slug])

    assert "从哪一种规则开始" in text(client.get(url))
    client.post(url, {"template": "floor_and_rank"})

    assert RuleSheet.objects.get(contest=contest).rules.votes.method == "floor_and_rank"


def test_an_unknown_template_gets_a_sentence(client):
    contest = make_contest()
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    url = reverse("voting:rules_edit", args=[contest.slug])

    response = client.post(url, {"template": "raffle"})

    assert "没有“raffle”这一项" in text(response)
    assert not RuleSheet.objects.exists()


def test_a_saved_draft_is_kept(client):
    sheet = make_rule_sheet()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    sent = as_sent(sheet.rules, online_weight="12.5", act="save")
    response = client.post(address("rules_edit", sheet), sent, follow=True)

    sheet.refresh_from_db()
    assert sheet.document["online_weight"] == "0.125"
    assert "草稿已存，可以核对并冻结了。" in text(response)


def test_a_draft_with_gaps_is_kept_and_says_what_is_missing(client):
    sheet = make_rule_sheet()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    sent = as_sent(sheet.rules, online_weight="", act="save")
    response = client.post(address("rules_edit", sheet), sent)

    sheet.refresh_from_db()
    assert sheet.document["online_weight"] is None
    assert "冻结以前还要改 1 处" in text(response)
    assert "还没有选民意测评占多少" in text(response)


def test_what_cannot_be_read_is_not_saved_and_nothing_typed_is_lost(client):
    sheet = make_rule_sheet()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    changes = {"online_weight": "三成", "title": "改过的名字", "act": "save"}
    sent = as_sent(sheet.rules, **changes)
    response = client.post(address("rules_edit", sheet), sent)

    before = sheet.document
    sheet.refresh_from_db()
    assert sheet.document == before
    assert "“三成”不是一个数" in text(response)
    assert 'value="三成"' in text(response)
    assert 'value="改过的名字"' in text(response)


def test_working_out_the_example_saves_nothing(client):
    sheet = make_rule_sheet()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    sent = as_sent(sheet.rules, online_weight="0", act="preview")
    response = client.post(address("rules_edit", sheet), sent)

    sheet.refresh_from_db()
    assert sheet.document["online_weight"] == "0.3"
    worked = work_out(replace(sheet.rules, online_weight=Fraction(0))).online
    assert f'{worked.text} ＝ <b class="num">{worked.figure}</b>' in text(response)


def test_a_frozen_rule_sheet_is_not_saved_from_an_old_page(client):
    sheet = frozen_by_two()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    sent = as_sent(sheet.rules, online_weight="31", act="save")
    response = client.post(address("rules_edit", sheet), sent, follow=True)

    sheet.refresh_from_db()
    assert sheet.document["online_weight"] == "0.3"
    assert "计分规则已经冻结，不能再改，没有保存" in text(response)


def test_administrator_proposes_and_supervisor_freezes(client):
    sheet = make_rule_sheet()
    url = address("rules_freeze", sheet)
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    client.post(url, {"reason": "会议通过", "typed": "冻结"})
    proposal = freeze_proposal(sheet)

    sign_in(client, make_operator(Role.SUPERVISOR))
    client.post(url, {"proposal": proposal.pk, "agree": "yes"})

    sheet.refresh_from_db()
    assert sheet.is_frozen


def test_the_word_must_be_typed(client):
    sheet = make_rule_sheet()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    response = client.post(
        address("rules_freeze", sheet), {"reason": "会议通过", "typed": "好"}
    )

    assert "请键入“冻结”两个字" in text(response)
    assert freeze_proposal(sheet) is None


def test_who_is_both_cannot_answer_the_own_proposal(client):
    sheet = make_rule_sheet()
    both = sign_in(client, make_operator(Role.ADMINISTRATOR, Role.SUPERVISOR))
    proposal = propose_freeze(by=both, rule_sheet=sheet, reason="会议通过", now=NOW)

    response = client.post(
        address("rules_freeze", sheet), {"proposal": proposal.pk, "agree": "yes"}
    )

    sheet.refresh_from_db()
    assert not sheet.is_frozen
    assert "提出的人不能自己同意" in text(response)


def test_an_administrator_cannot_agree_for_the_supervisor(client):
    sheet = make_rule_sheet()
    proposal = propose_freeze(
        by=make_user(), rule_sheet=sheet, reason="会议通过", now=NOW
    )
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    client.post(
        address("rules_freeze", sheet), {"proposal": proposal.pk, "agree": "yes"}
    )

    sheet.refresh_from_db()
    assert not sheet.is_frozen


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        pytest.param({"agree": "no"}, "请写明为什么不同意", id="no without a reason"),
        pytest.param({"agree": "maybe"}, "没有“maybe”这一项", id="rubbish"),
        pytest.param(
            {"agree": "yes", "proposal": "999999"},
            "您看到的那份提议已经不在等待了",
            id="another proposal",
        ),
    ],
)
def test_an_answer_that_does_not_fit_freezes_nothing(client, sent, told):
    sheet = make_rule_sheet()
    proposal = propose_freeze(
        by=make_user(), rule_sheet=sheet, reason="会议通过", now=NOW
    )
    sign_in(client, make_operator(Role.SUPERVISOR))

    response = client.post(
        address("rules_freeze", sheet), {"proposal": proposal.pk} | sent, follow=True
    )

    sheet.refresh_from_db()
    assert not sheet.is_frozen
    assert told in text(response)


def test_incomplete_rules_say_what_is_missing_instead_of_freezing(client):
    sheet = make_rule_sheet()
    RuleSheet.objects.update(document=sheet.document | {"online_weight": None})
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    page = text(client.get(address("rules_freeze", sheet)))

    assert "还不能冻结" in page
    assert "还没有选民意测评占多少" in page
