"""A ballot on which each unit gets a grade."""

import gzip

import pytest
from django.utils import timezone

from showcase.contests.models import Entry
from tests.factories import HOUR, open_poll
from tests.voting.polls.test_views import Voting, text_of
from voting.polls.models import Ballot

pytestmark = pytest.mark.django_db


class Grading(Voting):
    """One browser at a poll that asks for grades: ``g01="1"`` is 满意 for number 1."""

    def check(self, **grades):
        return self.client.post(self.at("check"), sent(grades), follow=True)

    def cast(self, *, nonce, **grades):
        return self.client.post(self.at("cast"), sent(grades) | {"request": nonce})


def sent(grades) -> dict[str, str]:
    return {
        f"grade-{name[1:]}" if name[1:].isdecimal() else name: value
        for name, value in grades.items()
    }


def grading(*, entries=3, **fields):
    defaults = {"form": "grading", "picks_min": 1, "picks_max": entries}
    poll = open_poll(entries=entries, **defaults | fields)
    here = Grading(poll)
    here.ballot()
    return here


def grades_shown(page) -> dict[str, int]:
    return {row["entry"].plate: row["grade"] for row in page.context["rows"]}


def test_from_the_list_to_the_receipt():
    here = grading()

    check = here.check(g01="1", g03="4")
    fields = dict(check.context["form"].fields_to_send)
    answer = here.cast(nonce=check.context["nonce"], **fields)
    receipt = here.client.get(answer.url)

    assert "您评了 2 个单位" in text_of(check)
    assert "满意 1 个，不了解 1 个" in text_of(check)
    assert fields == {"grades": "104"}
    assert bytes(Ballot.objects.get().choices) == b"\x01\x00\x04"
    assert [(pick["number"], pick["text"]) for pick in receipt.context["picks"]] == [
        ("01", "满意"),
        ("03", "不了解"),
    ]
    assert "看我评了哪些" in text_of(receipt)


@pytest.mark.parametrize(
    ("grades", "sentence"),
    [
        pytest.param({}, "还没有评单位，请至少评 2 个", id="none"),
        pytest.param({"g01": "1"}, "至少要评 2 个，现在评了 1 个", id="too few"),
        pytest.param(
            {"g01": "1", "g02": "2", "g03": "3", "g04": "4"},
            "最多评 3 个，现在评了 4 个，请去掉 1 个",
            id="too many",
        ),
        pytest.param({"g01": "1", "g77": "1"}, "没有“77”这个编号", id="unknown entry"),
        pytest.param({"g01": "5", "g02": "1"}, "不是四档里的一档", id="unknown grade"),
        pytest.param({"g01": "满意", "g02": "1"}, "不是四档里的一档", id="a word"),
        pytest.param({"g01": "²", "g02": "1"}, "不是四档里的一档", id="no digit"),
    ],
)
@pytest.mark.parametrize("page", ["check", "cast"])
def test_bad_grades_get_a_sentence_at_the_list_and_nothing_is_lost(
    grades, sentence, page
):
    here = grading(entries=4, picks_min=2, picks_max=3)
    nonce = here.check(g01="1", g02="1").context["nonce"]

    answer = (
        here.check(**grades) if page == "check" else here.cast(nonce=nonce, **grades)
    )

    assert sentence in answer.context["picks_error"]
    good = {name[1:]: int(grade) for name, grade in grades.items() if grade in "1234"}
    assert {plate: grade for plate, grade in grades_shown(answer).items() if grade} == {
        plate: grade for plate, grade in good.items() if plate != "77"
    }
    assert Ballot.objects.count() == 0


@pytest.mark.parametrize(
    "digits", ["", "9", "x", "密" * 300, "1" * 5000, "1\x002", "-1-2"]
)
def test_rubbish_for_the_compact_code_is_answered_and_never_fails(digits):
    here = grading()
    here.client.cookies["picks"] = digits if digits.isascii() else ""

    pages = [here.ballot(kept=digits), here.check(grades=digits), here.ballot()]

    assert [page.status_code for page in pages] == [200, 200, 200]


def test_exactly_k_grades_are_asked_for_in_those_words():
    here = grading(entries=3, picks_min=3, picks_max=3)

    assert "请给全部 3 个单位各评一档" in text_of(here.ballot())
    assert "正好要评 3 个，现在评了 1 个，请再评 2 个" in text_of(here.check(g01="1"))


def test_no_answer_is_one_of_the_choices_where_units_may_be_left_out():
    some = grading(entries=3, picks_max=2).ballot()
    every = grading(entries=3).ballot()

    assert ("不评" in text_of(some), "不评" in text_of(every)) == (True, False)


def test_grades_survive_a_closed_tab_in_a_cookie_of_one_character_each():
    here = grading(entries=200)
    plates = [f"{number:02d}" for number in range(1, 201)]
    here.check(**{f"g{plate}": "3" for plate in plates})

    assert here.client.cookies["picks"].value == "3" * 200
    assert set(grades_shown(here.ballot()).values()) == {3}


def test_a_grade_can_be_changed_and_taken_away_on_the_check_page():
    here = grading()

    page = here.check(grades="120", remove="01")
    again = here.check(grades="120", g02="3")

    assert page.context["form"].digits == "020"
    assert again.context["form"].digits == "130"


def test_without_javascript_a_number_brings_its_unit_to_the_top():
    here = grading(entries=12)

    page = here.check(g01="2", add="1", number="7")

    assert page.context["rows"][0]["entry"].plate == "07"
    assert grades_shown(page)["01"] == 2
    assert "在下面第一个" in text_of(page)


def test_coming_from_a_units_page_its_unit_stands_first_and_has_no_grade():
    page = grading(entries=12).ballot(pick="09")

    assert page.context["rows"][0]["entry"].plate == "09"
    assert set(grades_shown(page).values()) == {None}


def test_a_withdrawn_unit_cannot_be_graded_and_the_others_stay():
    poll = open_poll(form="grading", picks_max=3)
    here = Grading(poll)
    here.ballot()
    Entry.objects.filter(contest=poll.contest_id, number=1).update(
        withdrawn_at=timezone.now() - HOUR, withdrawal_notice="主动退出。"
    )

    page = here.check(g01="1", g02="2")

    assert "不再参评" in page.context["picks_error"]
    assert grades_shown(page) == {"02": 2, "03": None}
    assert page.context["form"].digits == "020"


def test_two_hundred_units_make_one_light_page(django_assert_num_queries):
    here = grading(entries=200)

    with django_assert_num_queries(7):
        page = here.ballot()

    assert page.content.decode().count('type="radio"') == 800
    assert len(gzip.compress(page.content, 6)) < 30_000


def test_a_check_page_of_many_grades_leads_to_its_end():
    here = grading(entries=13)

    page = here.check(grades="1" * 13).content.decode()

    assert (
        page.index('href="#cast"')
        < page.index('class="picks"')
        < page.index('id="cast"')
    )


def test_a_script_that_sends_the_form_is_told_where_the_answer_is():
    here = grading()
    by_script = {"X-Requested-With": "XMLHttpRequest"}

    answer = here.client.post(here.at("check"), {"grades": "100"}, headers=by_script)

    assert (answer.status_code, answer["Location"][: len(here.at("check"))]) == (
        201,
        here.at("check"),
    )
