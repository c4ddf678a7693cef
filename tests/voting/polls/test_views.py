import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest, Entry, Opening
from site_cms.privacy.keys import destroy_key
from tests.factories import DAY, HOUR, make_contest, make_entry, make_poll, open_poll
from voting.polls.models import Ballot
from voting.polls.nonces import LIFETIME
from voting.polls.voters.base import Voter

pytestmark = pytest.mark.django_db


class Voting:
    """One browser at the poll of one contest."""

    def __init__(self, poll, client=None) -> None:
        self.slug = Contest.objects.get(pk=poll.contest_id).slug
        self.client = client or Client()

    def at(self, name, *args) -> str:
        return reverse(f"voting:{name}", args=[self.slug, *args])

    def ballot(self, **query):
        return self.client.get(self.at("ballot"), query)

    def check(self, *plates, **more):
        sent = {"entry": plates} | more
        return self.client.post(self.at("check"), sent, follow=True)

    def nonce(self, *plates) -> str:
        return self.check(*plates).context["nonce"]

    def cast(self, *plates, nonce, **more):
        sent = {"entry": plates, "request": nonce} | more
        return self.client.post(self.at("cast"), sent)

    def vote(self, *plates):
        self.ballot()
        return self.cast(*plates, nonce=self.nonce(*plates))


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def ticked(response) -> list[str]:
    return sorted(
        row["entry"].plate for row in response.context["rows"] if row["checked"]
    )


def test_from_the_list_to_the_receipt():
    here = Voting(open_poll())

    page = here.ballot()
    check = here.check("01", "03")
    answer = here.cast("01", "03", nonce=check.context["nonce"])
    receipt = here.client.get(answer.url)

    assert (page.status_code, check.status_code, answer.status_code) == (200, 200, 303)
    assert "您选了 2 个单位" in text_of(check)
    assert "选票已收到" in text_of(receipt)
    assert [pick["number"] for pick in receipt.context["picks"]] == ["01", "03"]
    assert bytes(Ballot.objects.get().choices) == b"\x01\x00\x01"


def test_no_session_and_no_second_cookie_is_made_for_a_voter():
    here = Voting(open_poll())

    here.vote("01")

    cookies = here.client.cookies
    assert sorted(cookies) == ["csrftoken", "device", "picks", "receipts", "request"]
    assert (cookies["picks"].value, cookies["request"].value) == ("", "")


def test_the_device_cookie_is_out_of_reach_of_scripts_and_other_sites():
    cookie = Voting(open_poll()).ballot().cookies["device"]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["secure"] == ""


def test_the_device_cookie_travels_over_https_only_where_there_is_https():
    here = Voting(open_poll())

    page = here.client.get(here.at("ballot"), secure=True)

    assert page.cookies["device"]["secure"] is True


def test_a_double_click_gets_the_same_receipt():
    here = Voting(open_poll())
    here.ballot()
    nonce = here.nonce("01")

    first, second = here.cast("01", nonce=nonce), here.cast("01", nonce=nonce)

    assert first.url == second.url
    assert Ballot.objects.count() == 1


def test_the_same_request_with_other_choices_is_a_conflict():
    here = Voting(open_poll())
    here.ballot()
    nonce = here.nonce("01")
    here.cast("01", nonce=nonce)

    answer = here.cast("02", nonce=nonce)

    assert answer.status_code == 409
    assert "和那一次选的不一样，没有收" in text_of(answer)
    assert bytes(Ballot.objects.get().choices) == b"\x01\x00\x00"


def test_a_second_vote_is_told_when_the_first_came_and_shows_no_choices():
    here = Voting(open_poll())
    first = here.vote("01")

    answer = here.cast("02", nonce=here.nonce("02"))

    number = here.client.get(first.url).context["number"]
    assert answer.status_code == 409
    assert "刚才这张没有收" in text_of(answer)
    assert number in text_of(answer)
    assert answer.context["cast"][0]["rows"][1]["text"] == "已计入"
    assert "picks" not in answer.context
    assert [entry.unit.name in text_of(answer) for entry in Entry.objects.all()] == [
        False
    ] * 3


def test_whoever_has_voted_is_told_before_choosing_again():
    here = Voting(open_poll())
    here.vote("01")

    page = here.ballot()

    assert page.status_code == 200
    assert "您已经投过了" in text_of(page)


def test_a_daily_quota_says_when_the_next_vote_is_possible():
    now = timezone.now()
    contest = make_contest(poll_opens_at=now - HOUR, poll_closes_at=now + 3 * DAY)
    here = Voting(open_poll(contest=contest, quota_period="day"))
    here.vote("01")

    assert "00:00 以后可以再投一张" in text_of(here.ballot())


def test_somebody_elses_request_key_gets_nothing():
    poll = open_poll()
    mine, theirs = Voting(poll), Voting(poll)
    mine.ballot()
    theirs.ballot()
    nonce = theirs.nonce("01")
    theirs.cast("01", nonce=nonce)

    answer = mine.cast("01", nonce=nonce)

    assert answer.status_code == 409
    assert "不是给这台手机的" in text_of(answer)
    assert [entry.plate for entry in answer.context["picked"]] == ["01"]
    assert Ballot.objects.count() == 1
    assert mine.cast("01", nonce=answer.context["nonce"]).status_code == 303


@pytest.mark.parametrize("rubbish", ["", "x", "a.b:c", "密" * 300, "\x00"])
def test_a_rubbish_request_key_keeps_the_choices_and_gives_a_new_page(rubbish):
    here = Voting(open_poll())
    here.ballot()

    answer = here.cast("02", nonce=rubbish)

    assert answer.status_code == 409
    assert [entry.plate for entry in answer.context["picked"]] == ["02"]
    assert Ballot.objects.count() == 0


def old_nonce(poll, voter: Voter, request_key: UUID) -> str:
    """As the check page made it, longer ago than it is good for."""
    until = int((timezone.now() - LIFETIME).timestamp())
    signer = Signer(salt=f"voting.polls.nonce:{poll.id}:{voter.tag}")
    return signer.sign(f"{request_key.hex}.{until}")


def voter_of(page) -> Voter:
    return Voter("device", page.cookies["device"].value.split(".")[0])


def test_an_expired_page_keeps_the_choices_and_takes_nothing():
    poll = open_poll()
    here = Voting(poll)
    voter = voter_of(here.ballot())

    answer = here.cast("02", nonce=old_nonce(poll, voter, UUID(int=1)))

    assert answer.status_code == 409
    assert "已经过期，选票还没有提交" in text_of(answer)
    assert Ballot.objects.count() == 0
    assert here.cast("02", nonce=answer.context["nonce"]).status_code == 303


def test_a_late_retry_of_a_ballot_that_was_taken_gets_its_receipt():
    poll = open_poll()
    here = Voting(poll)
    voter = voter_of(here.ballot())
    answer = here.vote("02")
    key = Ballot.objects.get().request_key

    again = here.cast("02", nonce=old_nonce(poll, voter, key))

    assert again.url == answer.url


@pytest.mark.parametrize(
    ("plates", "sentence"),
    [
        pytest.param([], "还没有选单位，请至少选 1 个", id="none"),
        pytest.param(["01", "02", "03"], "最多选 2 个，现在选了 3 个", id="too many"),
        pytest.param(["01", "77"], "选票上没有“77”这个编号", id="unknown entry"),
        pytest.param(["01", "x'--"], "选票上没有“x&#x27;--”这个编号", id="rubbish"),
        pytest.param(["-1"], "选票上没有“-1”", id="negative"),
        pytest.param(["²"], "选票上没有“²”", id="a digit that is no number"),
        pytest.param(["9" * 5000], "选票上没有“999999”", id="huge"),
    ],
)
@pytest.mark.parametrize("page", ["check", "cast"])
def test_bad_picks_get_a_sentence_at_the_list_and_nothing_is_lost(
    plates, sentence, page
):
    here = Voting(open_poll(picks_max=2))
    here.ballot()
    nonce = here.nonce("01")

    answer = here.check(*plates) if page == "check" else here.cast(*plates, nonce=nonce)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert ticked(answer) == [plate for plate in plates if plate in {"01", "02", "03"}]
    assert Ballot.objects.count() == 0


def test_an_entry_named_twice_counts_once():
    here = Voting(open_poll())

    here.ballot()
    check = here.check("01", "1", "01")

    assert [entry.plate for entry in check.context["picked"]] == ["01"]


def test_exactly_k_says_so():
    here = Voting(open_poll(picks_min=2, picks_max=2))

    assert "正好选 2 个" in text_of(here.ballot())
    assert "正好要选 2 个，现在选了 1 个，请再选 1 个" in text_of(here.check("01"))
    assert "正好要选 2 个，现在选了 3 个，请去掉 1 个" in text_of(
        here.check("01", "02", "03")
    )


def test_the_number_field_ticks_a_unit_without_javascript():
    here = Voting(open_poll())
    here.ballot()

    page = here.check("01", add="1", number="3")

    assert ticked(page) == ["01", "03"]
    assert "03 号" in text_of(page)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param("", "请先输入编号", id="nothing"),
        pytest.param("88", "没有找到“88”", id="unknown"),
        pytest.param("1", "已经选上了", id="ticked already"),
        pytest.param(
            "单位", "有 3 个单位的名称里有“单位”，请输入编号", id="many names"
        ),
        pytest.param("2", "已经选满 1 个", id="full"),
    ],
)
def test_a_typed_number_that_cannot_be_ticked_says_why(typed, sentence):
    here = Voting(open_poll(picks_max=1))
    here.ballot()

    page = here.check("01", add="1", number=typed)

    assert sentence in text_of(page)
    assert page.context["number_typed"] == typed
    assert ticked(page) == ["01"]


def test_a_unit_can_be_taken_away_on_the_check_page():
    here = Voting(open_poll())
    here.ballot()

    page = here.check("01", "02", remove="01")

    assert [entry.plate for entry in page.context["picked"]] == ["02"]


def test_going_back_from_the_check_page_keeps_the_ticks():
    here = Voting(open_poll())
    here.ballot()

    assert ticked(here.check("01", "02", back="1")) == ["01", "02"]


def test_coming_from_a_units_page_its_unit_is_ticked():
    assert ticked(Voting(open_poll()).ballot(pick="02")) == ["02"]


@pytest.mark.parametrize("pick", ["", "99", "x", "-2", "<b>"])
def test_a_rubbish_preselection_ticks_nothing(pick):
    assert ticked(Voting(open_poll()).ballot(pick=pick)) == []


def test_ticks_survive_a_closed_tab_until_they_are_sent():
    here = Voting(open_poll())
    here.ballot()
    here.check("01", "03")

    assert ticked(here.ballot()) == ["01", "03"]


def test_the_check_page_can_be_reloaded_and_keeps_its_request_key():
    here = Voting(open_poll())
    here.ballot()
    first = here.check("02")

    again = here.client.get(here.at("check"), {"font": "large"})

    assert [entry.plate for entry in again.context["picked"]] == ["02"]
    assert again.context["nonce"] == first.context["nonce"]


def test_after_a_lost_answer_sending_again_brings_the_same_receipt():
    here = Voting(open_poll())
    here.ballot()
    check = here.check("02")
    before = {name: cookie.value for name, cookie in here.client.cookies.items()}
    lost = here.cast("02", nonce=check.context["nonce"])

    here.client.cookies.load(before)
    again = here.client.get(here.at("check"))
    answer = here.cast("02", nonce=again.context["nonce"])

    assert answer.url == lost.url


def test_after_a_conflict_the_next_ballot_of_a_quota_has_a_key_of_its_own():
    here = Voting(open_poll(quota=2))
    here.ballot()
    nonce = here.nonce("01")
    here.cast("01", nonce=nonce)
    here.client.cookies["request"] = nonce
    here.cast("02", nonce=nonce)

    assert here.vote("02").status_code == 303


def test_the_check_page_without_ticks_leads_to_the_list():
    here = Voting(open_poll())

    page = here.client.get(here.at("check"), {"font": "large"})

    assert (page.status_code, page.url) == (303, here.at("ballot") + "?font=large")


def test_one_visitor_sees_one_order_and_the_address_can_ask_for_another():
    here = Voting(open_poll(entries=16))

    def shown(page):
        return [row["entry"].plate for row in page.context["rows"]]

    mine = shown(here.ballot())
    assert shown(here.ballot()) == mine
    assert len({tuple(shown(here.ballot(order=order))) for order in "0123"}) == 4
    assert shown(here.ballot(order="rubbish")) == mine


def test_a_browser_without_cookies_is_told_so_and_keeps_its_choices():
    here = Voting(open_poll())

    answer = here.check("01", "02")

    assert answer.status_code == 200
    assert "没有保存 Cookie" in text_of(answer)
    assert "?kept=110" in answer.content.decode()
    assert ticked(here.ballot(kept="110")) == ["01", "02"]


def test_a_forged_device_cookie_is_nobody():
    here = Voting(open_poll())
    here.client.cookies["device"] = "0" * 32 + ":forged"

    assert "没有保存 Cookie" in text_of(here.check("01"))


def test_a_form_of_another_site_casts_nothing():
    here = Voting(open_poll(), client=Client(enforce_csrf_checks=True))
    here.ballot()

    answer = here.cast("01", nonce=here.nonce("01"))

    assert answer.status_code == 403
    assert Ballot.objects.count() == 0


def test_a_withdrawn_entry_cannot_be_picked_and_the_others_stay():
    poll = open_poll()
    here = Voting(poll)
    here.ballot()
    Entry.objects.filter(contest=poll.contest_id, number=1).update(
        withdrawn_at=timezone.now() - HOUR, withdrawal_notice="主动退出。"
    )

    answer = here.check("01", "02")

    assert "01 号" in answer.context["picks_error"]
    assert "不再参评" in answer.context["picks_error"]
    assert ticked(answer) == ["02"]
    assert "不再参评，不能选" in text_of(here.ballot())


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [
        pytest.param(HOUR, 2 * HOUR, "开始投票", id="not yet open"),
        pytest.param(-2 * HOUR, -HOUR, "民意测评已经截止", id="closed"),
    ],
)
def test_outside_its_times_the_page_says_when(opens, closes, sentence):
    poll = open_poll()
    here = Voting(poll)
    here.ballot()
    nonce = here.nonce("01")
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_opens_at=timezone.now() + opens, poll_closes_at=timezone.now() + closes
    )

    page, answer = here.ballot(), here.cast("01", nonce=nonce)

    assert (page.status_code, answer.status_code) == (200, 409)
    assert sentence in text_of(page)
    assert "没有收" in text_of(answer)
    assert Ballot.objects.count() == 0


def test_a_poll_whose_gate_is_not_met_stays_shut_and_says_so():
    now = timezone.now()
    contest = make_contest(poll_opens_at=now - HOUR, poll_closes_at=now + HOUR)
    make_poll(contest=contest)

    page = Client().get(reverse("voting:ballot", args=[contest.slug]))

    assert "准备工作还没有全部完成" in text_of(page)
    assert Opening.objects.count() == 0


def test_the_first_request_opens_a_poll_whose_time_has_come():
    now = timezone.now()
    contest = make_contest(
        practice=True,
        practice_note="演练",
        poll_opens_at=now - timedelta(seconds=1),
        poll_closes_at=now + HOUR,
    )
    make_entry(contest=contest)
    make_poll(contest=contest)

    page = Client().get(reverse("voting:ballot", args=[contest.slug]))

    assert "选出您认可的单位" in text_of(page)
    assert Opening.objects.get().contest == contest


def test_a_contest_without_times_says_so():
    contest = make_contest(poll_opens_at=None, poll_closes_at=None)

    page = Client().get(reverse("voting:ballot", args=[contest.slug]))

    assert "民意测评还没有定时间" in text_of(page)


def test_a_missing_poll_key_keeps_the_choices_and_asks_to_try_again():
    poll = open_poll()
    here = Voting(poll)
    here.ballot()
    nonce = here.nonce("01", "02")
    destroy_key(poll.key_name)

    answer = here.cast("01", "02", nonce=nonce)

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "您选好的 2 个单位还在" in text_of(answer)
    assert f'name="request" value="{nonce}"' in answer.content.decode()
    assert Ballot.objects.count() == 0


def test_the_receipt_opens_with_its_secret_only():
    poll = open_poll()
    mine, theirs = Voting(poll), Voting(poll)
    my_secret = mine.vote("01").url.split("/")[-2]
    number, secret = theirs.vote("02").url.split("/")[-3:-1]

    wrong = mine.client.get(mine.at("receipt", number, my_secret))
    right = mine.client.get(mine.at("receipt", number, secret))

    assert "picks" not in wrong.context
    assert "不完整" in text_of(wrong)
    assert [pick["number"] for pick in right.context["picks"]] == ["02"]


def test_the_receipt_carries_a_qr_code_of_its_own_address(settings):
    settings.PUBLIC_ORIGIN = "https://ping.example"
    here = Voting(open_poll())

    page = here.client.get(here.vote("01").url)

    assert page.context["qr"].startswith("<svg")
    assert "style=" not in page.context["qr"]
    assert "no-store" in page["Cache-Control"]


def test_the_receipt_tells_the_minute_in_the_time_of_the_county():
    here = Voting(open_poll())

    page = here.client.get(here.vote("01").url)

    cast_at = timezone.localtime(Ballot.objects.get().cast_at)
    assert page.context["rows"][0]["text"] == (
        f"{cast_at.year} 年 {cast_at.month} 月 {cast_at.day} 日 {cast_at:%H:%M}"
    )


def test_the_receipt_says_when_a_pick_was_withdrawn():
    poll = open_poll()
    here = Voting(poll)
    address = here.vote("01", "02").url
    Entry.objects.filter(contest=poll.contest_id, number=2).update(
        withdrawn_at=timezone.now(), withdrawal_notice="主动退出。"
    )

    page = here.client.get(address)

    assert [entry.plate for entry in page.context["gone"]] == ["02"]


def test_a_number_shows_the_state_and_nothing_else():
    here = Voting(open_poll())
    number = here.client.get(here.vote("01").url).context["number"]

    page = Client().get(here.at("lookup"), {"number": number.lower()})

    assert page.context["rows"] == [{"term": "状态", "text": "已计入", "kind": "ok"}]
    assert number in text_of(page)
    assert "收到时间" not in text_of(page)


@pytest.mark.parametrize("typed", ["LH7K-29QF-M4", "x", "密", "0" * 39, "\x00"])
def test_a_wrong_number_gets_a_sentence_and_stays_in_the_field(typed):
    here = Voting(open_poll())

    page = here.client.get(here.at("lookup"), {"number": typed})

    assert page.status_code == 200
    assert "没有找到这个受理号" in text_of(page)
    assert page.context["number"] == typed.strip()


def test_a_number_of_another_poll_is_not_found():
    here, there = Voting(open_poll()), Voting(open_poll())
    number = here.client.get(here.vote("01").url).context["number"]

    page = here.client.get(there.at("lookup"), {"number": number})

    assert page.context["found"] is False


def test_before_the_opening_no_number_is_found():
    contest = make_contest()

    page = Client().get(
        reverse("voting:lookup", args=[contest.slug]), {"number": "LH7K-29QF-M3"}
    )

    assert page.context["found"] is False


def test_the_short_address_leads_to_the_current_contest():
    here = Voting(open_poll())

    page = here.client.get("/vote/?pick=02")

    assert (page.status_code, page.url) == (302, here.at("ballot") + "?pick=02")


@pytest.mark.parametrize(
    "address", ["/vote/", "/vote/nothing/", "/vote/nothing/lookup/"]
)
def test_without_a_contest_there_is_no_page(address):
    assert Client().get(address).status_code == 404


def test_a_hidden_contest_has_no_pages():
    poll = open_poll()
    here = Voting(poll)
    Contest.objects.filter(pk=poll.contest_id).update(hidden=True)

    assert here.ballot().status_code == 404


def test_no_page_of_a_voter_is_kept_by_a_cache():
    here = Voting(open_poll())
    pages = [here.ballot(), here.check("01"), here.client.get(here.vote("01").url)]

    assert ["no-store" in page["Cache-Control"] for page in pages] == [True] * 3


def test_a_practice_contest_carries_its_band():
    now = timezone.now()
    contest = make_contest(
        practice=True,
        practice_note="这是演练",
        poll_opens_at=now - HOUR,
        poll_closes_at=now + HOUR,
    )

    assert "这是演练" in text_of(Voting(open_poll(contest=contest)).ballot())


@pytest.mark.parametrize("entries", [1, 3, 12])
def test_the_ballot_page_asks_as_often_for_many_entries(
    entries, django_assert_num_queries
):
    here = Voting(open_poll(entries=entries))
    here.ballot()

    with django_assert_num_queries(7):
        here.ballot()


def test_casting_reads_nothing_before_it_writes():
    here = Voting(open_poll())
    here.ballot()
    nonce = here.nonce("01")

    with CaptureQueriesContext(connection) as queries:
        here.cast("01", nonce=nonce)

    # SQLite stores a ballot and what is noted beside it in turn, within a savepoint.
    first = next(each["sql"] for each in queries if "SAVEPOINT" not in each["sql"])
    assert "INSERT INTO voting_ballot" in first
    assert [each["sql"] for each in queries if each["sql"].startswith("SELECT")] == []


def test_looking_up_by_the_length_of_answers_is_counted_too(client):
    poll = open_poll()
    address = f"/vote/{Contest.objects.get(pk=poll.contest_id).slug}/lookup/"

    answers = [client.head(address).status_code for _ in range(61)]

    assert 429 in answers
