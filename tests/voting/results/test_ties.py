"""Equals are parted in public: by a seed that two people read, or by named people."""

from hashlib import sha256

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from site_cms.accounts.roles import Role
from site_cms.trail.errors import NothingProposed, SamePerson
from tests.factories import (
    NOW,
    correct_a_mark,
    make_computation,
    make_deduction,
    make_operator,
    make_tied_contest,
    make_user,
    sign_in,
    take_back,
)
from voting.log.models import Kind, LogEntry
from voting.results.errors import ResultNotReady, TieChanged, TieError
from voting.results.models import TieDecision, TieLot
from voting.results.queries import against_publishing
from voting.results.services import propose_publication
from voting.results.tie_queries import open_ties, promises_of
from voting.results.tie_services import (
    confirm_tie_decision,
    confirm_tie_seed,
    propose_tie_decision,
    propose_tie_seed,
    publish_tie_lists,
    reject_tie_seed,
)
from voting.rules import draw

pytestmark = pytest.mark.django_db

SEED = "27182818284590452353"


def listed(contest, *, by=None) -> TieLot:
    return publish_tie_lists(
        by=by or make_user(), computation=make_computation(contest), now=NOW
    )


def thrown(lot, *, seed=SEED):
    return propose_tie_seed(
        by=make_user(), lot=lot, seed=seed, how="十面骰子，当众掷。", now=NOW
    )


def drawn(contest) -> TieLot:
    return confirm_tie_seed(
        by=make_user(), proposal=thrown(listed(contest)), typed=SEED, now=NOW
    )


def decided(contest, *order, by=None):
    return propose_tie_decision(
        by=by or make_user(),
        computation=make_computation(contest),
        order=order or ["02", "01"],
        decided_by=["组长 王某某", "副组长 李某某"],
        reason="按台账完成率",
        now=NOW,
    )


def said(contest) -> list[dict]:
    entries = LogEntry.objects.of_contest(contest.pk).of_kind(Kind.TIE)
    return [entry.statement for entry in entries.in_order()]


def ranking(computation):
    return [(each["entry"], each["rank"]) for each in computation.outcome["ranking"]]


@pytest.mark.parametrize(
    ("last_rung", "how"),
    [
        pytest.param("lot", "要当众抽签定先后。", id="lot"),
        pytest.param("open", "要由具名人员裁定先后。", id="named people"),
    ],
)
def test_no_result_stands_while_equals_are_open(last_rung, how):
    computation = make_computation(make_tied_contest(last_rung=last_rung))

    with pytest.raises(ResultNotReady) as refused:
        propose_publication(
            by=make_user(), computation=computation, reason="核对无误", now=NOW
        )

    [sentence] = refused.value.still_open
    assert sentence.startswith("第 1 名：01 ")
    assert sentence.endswith(how)


def test_the_lot_parts_equals_as_anybody_can_redo_it_with_the_seed():
    contest = make_tied_contest(entries=3)
    lot = drawn(contest)

    computation = make_computation(contest)

    [tie] = computation.outcome["ties"]
    title, entries = draw.read_list(tie["list_text"])
    order = [each.number for each in draw.draw(title, entries, SEED)]
    assert lot.list_hashes == [draw.list_hash(tie["list_text"])]
    assert ranking(computation) == list(zip(order, (1, 2, 3), strict=True))
    assert against_publishing(computation, now=NOW) == []


def test_the_log_holds_the_lists_before_the_seed_and_no_name_of_anybody():
    contest = make_tied_contest()
    lot = drawn(contest)

    before, after = said(contest)

    assert (before["act"], before["lists"]) == ("list", 1)
    assert (after["act"], after["seed"], after["list"]) == (
        "drawn",
        SEED,
        lot.promise.log_entry.number,
    )
    for entry in contest.entries.select_related("unit"):
        assert entry.unit.name not in str(before) + str(after)
    assert lot.list_hashes[0] not in str(before) + str(after)


def test_what_the_log_promised_is_opened_with_salt_and_text():
    contest = make_tied_contest()
    lot = drawn(contest)

    [opened] = promises_of(contest)

    salted = bytes.fromhex(opened["salt"]) + opened["document"].encode()
    assert sha256(salted).hexdigest() == said(contest)[0]["digest"]
    assert opened["number"] == lot.promise.log_entry.number
    assert lot.list_hashes[0] in opened["document"]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("27182818284590452354", id="another last digit"),
        pytest.param("", id="nothing"),
    ],
)
def test_two_people_must_have_read_the_same_seed(typed):
    contest = make_tied_contest()
    proposal = thrown(listed(contest))

    with pytest.raises(TieError, match="键入的不一样"):
        confirm_tie_seed(by=make_user(), proposal=proposal, typed=typed, now=NOW)

    assert TieLot.objects.get().seed is None


def test_the_first_reader_of_the_seed_cannot_be_the_second():
    contest, reader = make_tied_contest(), make_user()
    proposal = propose_tie_seed(
        by=reader, lot=listed(contest), seed=SEED, how="当众掷", now=NOW
    )

    with pytest.raises(SamePerson):
        confirm_tie_seed(by=reader, proposal=proposal, typed=SEED, now=NOW)


def test_a_seed_that_was_sent_back_can_be_typed_again():
    lot = listed(make_tied_contest())
    reject_tie_seed(by=make_user(), proposal=thrown(lot), remark="看错一位", now=NOW)

    confirm_tie_seed(by=make_user(), proposal=thrown(lot), typed=SEED, now=NOW)

    assert TieLot.objects.get().seed == SEED


def test_nobody_draws_twice():
    contest = make_tied_contest()
    lot = drawn(contest)

    with pytest.raises(TieError, match="已经抽过签"):
        thrown(lot)


def test_a_seed_for_lists_that_no_longer_hold_draws_nothing():
    contest = make_tied_contest()
    proposal = thrown(listed(contest))
    correct_a_mark(contest, number=1, results="60", now=NOW)

    with pytest.raises(TieChanged):
        confirm_tie_seed(by=make_user(), proposal=proposal, typed=SEED, now=NOW)

    assert TieLot.objects.get().seed is None


def test_lists_are_not_changed_once_a_seed_was_read():
    contest = make_tied_contest()
    thrown(listed(contest))

    with pytest.raises(TieError, match="种子已经读出来"):
        listed(contest)


def test_equals_that_a_correction_brings_get_a_lot_of_their_own():
    contest = make_tied_contest(votes=(2, 2, 1, 1))
    deduction = make_deduction(contest, plate="04", now=NOW)
    first = drawn(contest)
    before = ranking(make_computation(contest))
    take_back(deduction, now=NOW)
    [tie] = open_ties(make_computation(contest))

    lot = listed(contest)
    other = "1" * 20
    confirm_tie_seed(
        by=make_user(), proposal=thrown(lot, seed=other), typed=other, now=NOW
    )

    after = make_computation(contest)
    assert (first.number, lot.number, lot.list_hashes) == (1, 2, [tie["list_hash"]])
    assert ranking(after)[:2] == before[:2]
    assert after.inputs["lot_seeds"] == {
        first.list_hashes[0]: SEED,
        lot.list_hashes[0]: other,
    }
    assert open_ties(after) == []


def test_named_people_part_equals_and_are_named():
    contest = make_tied_contest(last_rung="open")
    proposer, second = make_user(), make_user()

    decision = confirm_tie_decision(
        by=second, proposal=decided(contest, by=proposer), now=NOW
    )

    computation = make_computation(contest)
    [tie] = computation.outcome["ties"]
    assert (decision.proposed_by, decision.confirmed_by) == (proposer, second)
    assert ranking(computation) == [("02", 1), ("01", 2)]
    assert (tie["settled_by"], tie["by"], tie["reason"]) == (
        "decision",
        ["组长 王某某", "副组长 李某某"],
        "按台账完成率",
    )
    [statement] = said(contest)
    assert "02" not in statement["digest"][:0] + str(statement.get("order", ""))
    assert statement.keys() == {"act", "at", "by", "digest", "kind"}


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        pytest.param(["01", "01"], TieChanged, id="one twice"),
        pytest.param(["01"], TieChanged, id="not the whole group"),
        pytest.param(["01", "99"], TieChanged, id="a stranger"),
    ],
)
def test_a_decision_is_of_exactly_one_group_of_equals(order, refusal):
    contest = make_tied_contest(last_rung="open")

    with pytest.raises(refusal):
        decided(contest, *order)


def test_where_the_rules_say_lot_nobody_decides_and_the_other_way_round():
    with pytest.raises(TieError, match="不由人裁定"):
        decided(make_tied_contest())
    with pytest.raises(TieError, match="不是抽签"):
        listed(make_tied_contest(last_rung="open"))


def test_the_one_who_wrote_the_decision_down_cannot_confirm_it():
    contest, person = make_tied_contest(last_rung="open"), make_user()
    proposal = decided(contest, by=person)

    with pytest.raises(SamePerson):
        confirm_tie_decision(by=person, proposal=proposal, now=NOW)

    assert not TieDecision.objects.exists()


def test_a_proposal_about_something_else_decides_nothing():
    proposal = decided(make_tied_contest(last_rung="open"))
    proposal.kind = "points.give"

    with pytest.raises(NothingProposed):
        confirm_tie_decision(by=make_user(), proposal=proposal, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"seed": "1" * 20}, id="the seed"),
        pytest.param({"list_hashes": []}, id="the lists"),
    ],
)
def test_a_lot_keeps_its_lists_and_its_seed(change):
    drawn(make_tied_contest())

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        TieLot.objects.update(**change)


def test_the_database_knows_no_half_drawn_lot():
    lot = listed(make_tied_contest())

    with pytest.raises(IntegrityError), transaction.atomic():
        TieLot.objects.filter(pk=lot.pk).update(seed=SEED)


def text(response) -> str:
    return response.content.decode()


def test_the_lot_is_drawn_through_its_page_by_two_people(client):
    contest = make_tied_contest()
    computation = make_computation(contest)
    url = reverse("voting:result_ties", args=[contest.slug])
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    assert "并列第 1 名" in text(client.get(url))
    client.post(url, {"act": "list", "computation": computation.pk, "complete": "on"})
    client.post(url, {"act": "seed", "seed": "2718 2818 2845 9045 2353", "how": "掷"})
    assert "等一位监督员" in text(client.get(url))
    sign_in(client, make_operator(Role.SUPERVISOR))
    page = text(client.get(url))
    assert SEED not in page
    wrong = client.post(
        url,
        {"act": "answer", "proposal": _asked(page), "agree": "yes", "typed": "1" * 20},
    )
    assert "键入的不一样" in text(wrong)
    answer = {"act": "answer", "proposal": _asked(page), "agree": "yes", "typed": SEED}

    assert "已经抽签" in text(client.post(url, answer, follow=True))
    assert TieLot.objects.get().seed == SEED


def _asked(page: str) -> str:
    return page.split('name="proposal" value="')[1].split('"')[0]


def test_a_decision_is_made_through_its_page_and_nothing_typed_is_lost(client):
    contest = make_tied_contest(last_rung="open")
    computation = make_computation(contest)
    url = reverse("voting:result_ties", args=[contest.slug])
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    typed = {
        "act": "order-0",
        "computation": computation.pk,
        "place-1": "01",
        "place-2": "01",
        "decided_by": "组长 王某某\n",
        "reason": "按台账完成率",
    }

    twice = text(client.post(url, typed))
    assert "每个单位只能排在一个名次上" in twice
    assert "按台账完成率" in twice
    client.post(url, typed | {"place-2": "02"})
    sign_in(client, make_operator(Role.SUPERVISOR))
    page = text(client.get(url))
    proposal = _asked(page)
    client.post(
        url, {"act": f"answer-{proposal}", "proposal": proposal, "agree": "yes"}
    )

    decision = TieDecision.objects.get()
    assert (decision.order, decision.decided_by) == (["01", "02"], ["组长 王某某"])
