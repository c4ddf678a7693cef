"""The pages of reviewing, as each role meets them."""

import re

import pytest
from django.utils import timezone

from showcase.reviews.models import Review, ReviewRound, Step
from showcase.reviews.queries import assignment_draft, ranking_of
from showcase.reviews.services import propose_tie, recuse
from showcase.units.models import Affiliation
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.trail.models import Decision
from tests.factories import (
    DAY,
    HOUR,
    MINUTE,
    assign_all,
    entry_of,
    make_marked_round,
    make_marked_second_round,
    make_nominated_entry,
    make_operator,
    make_review,
    make_review_round,
    make_reviewed_contest,
    make_reviewer,
    make_version,
    settle,
    sign_in,
)
from tests.site_factories import make_draft, make_showcase, make_site

pytestmark = pytest.mark.django_db

MARKS = {"mark-effect": "45", "mark-voice": "8", "remark": "路修得实。"}


def open_round(**fields):
    """A 初审 that is open by the real clock, which views ask."""
    contest = fields.pop("contest", None) or make_reviewed_contest(now=timezone.now())
    return make_review_round(contest=contest, **fields)


def over(round_):
    """The same round after its closing time."""
    contest = round_.contest
    now = timezone.now()
    contest.nomination_closes_at = now - DAY
    setattr(contest, f"{round_.step}_review_closes_at", now - MINUTE)
    if round_.step == Step.SECOND:
        contest.first_review_closes_at = now - HOUR
    contest.save()
    return ReviewRound.objects.get(pk=round_.pk)


@pytest.fixture
def reviewer(client):
    sync_groups()
    return sign_in(client, make_reviewer(last_name="钱", first_name="某"))


@pytest.fixture
def administrator(client):
    sync_groups()
    return sign_in(client, make_operator(Role.ADMINISTRATOR))


def said(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page_of(review) -> str:
    return f"/admin/reviews/{review.pk}/"


def address(round_, page="") -> str:
    return f"/admin/reviews/{round_.contest.slug}/{round_.step}/{page}"


# The reviewer


def test_the_desk_lists_what_waits_first(client, reviewer):
    round_ = open_round(entries=0)
    first = make_review(round_=round_, reviewer=reviewer)
    second = make_review(round_=round_, reviewer=reviewer)
    make_version(first, now=timezone.now())

    page = said(client.get("/admin/reviews/"))

    assert "1 /2 已提交" in page
    assert page.index(second.entry.unit.name) < page.index(first.entry.unit.name)
    assert "还有 2 天" in page


def test_handing_in_leads_to_the_next_that_waits(client, reviewer):
    round_ = open_round(entries=0)
    first, second = (make_review(round_=round_, reviewer=reviewer) for _ in range(2))

    answer = client.post(page_of(first), MARKS | {"act": "submit", "next": "on"})

    assert answer.headers["Location"] == page_of(second)
    assert first.versions.get().marks == {"effect": "45", "voice": "8"}
    assert "加权总分 86.00" in said(client.get(page_of(first)))


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(client, reviewer):
    review = make_review(round_=open_round(), reviewer=reviewer)

    answer = client.post(
        page_of(review),
        {"mark-effect": "99", "mark-voice": "8", "remark": "写了很久", "act": "submit"},
    )

    page = answer.content.decode()
    assert "“实效”最高 50 分，您填的是 99。" in page
    assert 'value="99"' in page
    assert "写了很久" in page
    review.refresh_from_db()
    assert (review.marks["effect"], review.submitted_at) == ("99", None)


def test_the_page_saves_what_is_being_typed(client, reviewer):
    review = make_review(round_=open_round(), reviewer=reviewer)

    answer = client.post(f"{page_of(review)}draft/", {"mark-effect": "4"})

    assert answer.json()["said"].startswith("草稿已存")
    review.refresh_from_db()
    assert review.marks == {"effect": "4", "voice": ""}


def test_after_the_close_what_was_typed_is_kept_and_not_handed_in(client, reviewer):
    round_ = over(open_round())
    review = make_review(round_=round_, reviewer=reviewer)

    answer = client.post(page_of(review), MARKS | {"act": "submit"}, follow=True)

    assert "没有提交。您填的内容已经存为草稿。" in said(answer)
    review.refresh_from_db()
    assert (review.remark, review.versions.count()) == ("路修得实。", 0)


@pytest.mark.parametrize("page", ["", "draft/", "page/"])
def test_the_review_of_somebody_else_is_not_there(client, reviewer, page):
    review = make_review(round_=open_round())

    answers = {
        client.get(page_of(review) + page).status_code,
        client.post(page_of(review) + page, MARKS).status_code,
    }

    assert answers <= {404, 405}
    assert 404 in answers


@pytest.mark.parametrize("shows_others", [True, False])
def test_marks_of_others_are_in_no_answer_before_ones_own(
    client, reviewer, shows_others
):
    review = make_review(
        round_=open_round(shows_others=shows_others), reviewer=reviewer
    )
    other = make_review(round_=review.round, entry=review.entry)
    version = make_version(other, effect="33.5", voice="7", now=timezone.now())
    version.review.reviewer.last_name = "旁"
    version.review.reviewer.save()

    def payloads() -> str:
        paths = ["/admin/reviews/", page_of(review)]
        return "".join(client.get(path).content.decode() for path in paths)

    before = payloads()
    assert version.remark not in before
    assert "68.20" not in before
    client.post(page_of(review), MARKS | {"remark": "我的", "act": "submit"})

    # 33.5 ÷ 50 × 60 + 7 ÷ 10 × 40
    assert ("68.20" in payloads()) == shows_others
    assert (version.remark in payloads()) == shows_others


def test_own_unit_is_refused_on_the_page_too(client, reviewer):
    review = make_review(round_=open_round(), reviewer=reviewer)
    Affiliation.objects.create(user=reviewer, unit=review.entry.unit)

    answer = client.post(page_of(review), MARKS | {"act": "submit"}, follow=True)

    assert "这是本人所在的单位，不能评审。" in said(answer)
    assert not review.versions.exists()


def test_a_recusal_takes_the_entry_off_the_desk(client, reviewer):
    review = make_review(round_=open_round(), reviewer=reviewer)
    assert "请写明理由" in said(client.post(page_of(review), {"act": "recuse"}))

    client.post(page_of(review), {"act": "recuse", "reason": "亲属在该单位"})

    review.refresh_from_db()
    assert (review.ended_as, review.ended_reason) == ("recused", "亲属在该单位")
    assert client.get(page_of(review)).status_code == 404


def test_the_draft_of_the_showcase_page_is_shown_to_its_reviewer(client, reviewer):
    contest = make_showcase(make_reviewed_contest(now=timezone.now()))
    entry = make_nominated_entry(contest=contest)
    make_draft(entry, lead="这一段还没有公开。")
    review = make_review(
        round_=open_round(contest=contest), entry=entry, reviewer=reviewer
    )

    answer = client.get(f"{page_of(review)}page/")

    assert "这一段还没有公开。" in answer.content.decode()


# The administrator


def criteria_form(**changed):
    return {
        "name-0": "实效",
        "maximum-0": "50",
        "step-0": "0.5",
        "weight-0": "60",
        "name-1": "群众评价",
        "maximum-1": "10",
        "step-1": "1",
        "weight-1": "40",
        "reviewers_per_entry": "3",
        "goes_on": "20",
        "shares_remarks": "on",
    } | changed


def test_a_round_is_set_up_and_shows_what_its_weights_do(client, administrator):
    contest = make_reviewed_contest(now=timezone.now())
    path = f"/admin/reviews/{contest.slug}/first/set-up/"

    client.post(path, criteria_form())

    round_ = contest.review_rounds.get()
    assert [(row["code"], row["weight"]) for row in round_.criteria] == [
        ("c1", "60"),
        ("c2", "40"),
    ]
    # 45 ÷ 50 × 60 + 8 ÷ 10 × 40
    assert "86.00" in said(client.get(path))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"maximum-0": "0"}, "请填大于 0", id="no maximum"),
        pytest.param({"step-0": "0.3"}, "满分 50 要是每档的整数倍", id="step"),
        pytest.param({"weight-0": "很多"}, "请填大于 0", id="no weight"),
        pytest.param({"weight-0": "1.234"}, "最多两位小数", id="decimals"),
        pytest.param({"name-1": "实效"}, "两个评分项不能同名", id="names"),
        pytest.param({"name-0": "", "name-1": ""}, "至少要有一个评分项", id="none"),
        pytest.param({"goes_on": "0"}, "没有保存", id="nobody goes on"),
        pytest.param({"trim_from": "2"}, "没有保存", id="trimming of two"),
    ],
)
def test_rules_that_cannot_be_are_told(client, administrator, changed, expected):
    contest = make_reviewed_contest(now=timezone.now())
    path = f"/admin/reviews/{contest.slug}/first/set-up/"

    assert expected in said(client.post(path, criteria_form(**changed)))
    assert not contest.review_rounds.exists()


def test_rules_of_a_marked_round_can_only_be_read(client, administrator):
    round_ = open_round()
    make_version(make_review(round_=round_), now=timezone.now())

    answer = client.post(address(round_, "set-up/"), criteria_form())

    assert "评分项和规则不能再改" in said(answer)
    assert ReviewRound.objects.get(pk=round_.pk).goes_on == 2


def test_an_assignment_is_looked_at_and_done(client, administrator):
    round_ = open_round(entries=4)
    for _ in range(3):
        make_reviewer()
    seen = said(client.get(address(round_, "assign/?seed=2026")))
    assert "预览：分配后每人几份" in seen
    draft = assignment_draft(round_, seed="2026")

    client.post(
        address(round_, "assign/"),
        {"act": "automatic", "seed": "2026", "fingerprint": draft.fingerprint},
    )

    assert round_.reviews.count() == 8


def test_too_few_reviewers_are_told(client, administrator):
    round_ = open_round(entries=1)
    make_reviewer()

    assert "评审员不够" in said(client.get(address(round_, "assign/")))


def test_a_recused_entry_is_given_to_another_by_hand(client, administrator):
    round_ = open_round(entries=0, reviewers_per_entry=1)
    review = make_review(round_=round_)
    recuse(by=review.reviewer, review=review, reason="亲属", now=timezone.now())
    other = make_reviewer()
    assert "1 份回避" in said(client.get(address(round_, "assign/")))

    client.post(
        address(round_, "assign/"),
        {"act": "by_hand", "entry": review.entry_id, "reviewer": other.pk},
    )

    assert round_.reviews.standing().get().reviewer == other


def test_progress_says_nothing_of_marks(client, administrator):
    round_ = open_round(entries=2)
    make_version(assign_all(round_)[0], effect="33.5", now=timezone.now())

    page = said(client.get(address(round_)))

    assert "1/4 份已提交" in page
    assert "68.20" not in page
    assert "33.5" not in page


def test_the_ranking_is_shut_while_the_round_is_open(client, administrator):
    round_ = open_round(entries=1, reviewers_per_entry=1)
    make_version(assign_all(round_)[0], effect="33.5", now=timezone.now())

    page = said(client.get(address(round_, "ranking/")))

    assert "初审还没有截止" in page
    assert "72.20" not in page


def test_missing_reviews_are_released_with_a_reason(client, administrator):
    round_ = open_round(entries=1)
    make_version(assign_all(round_)[0], now=timezone.now())
    over(round_)
    assert "缺的不是 0 分" in said(client.get(address(round_)))

    client.post(address(round_), {"reason": ""})
    assert not round_.releases.exists()
    client.post(address(round_), {"reason": "住院"})

    assert round_.releases.get().reason == "住院"
    assert "86.00" in said(client.get(address(round_, "ranking/")))


def test_the_ranking_tells_why(client, administrator):
    round_ = over(make_marked_round("45", "30", goes_on=1))

    page = said(client.get(address(round_, "ranking/")))

    assert "为什么是 86.00？" in page
    assert "实效 45 ÷ 50 × 60.00 ＋ 群众评价 8 ÷ 10 × 40.00 ＝ 86.00" in page
    assert "以上 1 个进入" in page


def test_a_tie_is_decided_by_two_people_on_their_pages(client, administrator):
    round_ = over(make_marked_round("45", "40", "40", goes_on=2))
    path = address(round_, "ranking/")
    assert "线上并列" in said(client.get(path))
    code = entry_of(round_, 2).unit.code

    client.post(
        path,
        {
            "inputs_hash": ranking_of(round_).inputs_hash,
            "kind": "named",
            "chosen": code,
            "reason": "成效更久",
        },
    )
    sign_in(client, make_operator(Role.SUPERVISOR))
    shown = client.get(path)
    proposal = shown.context["proposal"]
    client.post(path, {"proposal": proposal.pk, "agree": "yes"})

    assert Decision.objects.get().confirmed
    assert code in ranking_of(round_).chosen


def test_an_administrator_alone_decides_no_tie(client, administrator):
    round_ = over(make_marked_round("40", "40", goes_on=1))
    proposal = propose_tie(
        by=make_operator(Role.ADMINISTRATOR),
        round_=round_,
        inputs_hash=ranking_of(round_).inputs_hash,
        kind="all",
        chosen=[],
        reason="x",
        now=timezone.now(),
    )

    client.post(address(round_, "ranking/"), {"proposal": proposal.pk, "agree": "yes"})

    assert not Decision.objects.exists()


def test_a_shortlist_is_previewed_with_its_notice_and_done(client, administrator):
    make_site()
    sync_groups()
    round_ = over(make_marked_second_round("45", "40", "30", goes_on=2))
    path = address(round_, "select/")
    preview = said(client.get(path))
    assert "群众将读到" in preview
    assert f"01 {entry_of(round_, 0).unit.name}" in preview
    assert "没有进入的 1 个" in preview
    numbers = {
        f"number-{entry_of(round_, 0).unit.code}": "2",
        f"number-{entry_of(round_, 1).unit.code}": "1",
    }
    given = numbers | {"inputs_hash": ranking_of(round_).inputs_hash}
    assert f"01 {entry_of(round_, 1).unit.name}" in said(
        client.post(path, given | {"act": "look"})
    )
    assert not round_.selections.exists()

    client.post(path, given | {"act": "select"})

    entry = entry_of(round_, 1)
    entry.refresh_from_db()
    assert entry.number == 1
    notice = round_.selections.get().notice
    assert client.get(notice.url).status_code == 200


def test_one_number_for_two_is_told_and_nothing_is_done(client, administrator):
    make_site()
    sync_groups()
    round_ = over(make_marked_second_round("45", "40", goes_on=2))
    numbers = {f"number-{entry_of(round_, place).unit.code}": "7" for place in (0, 1)}

    answer = client.post(
        address(round_, "select/"),
        numbers | {"act": "select", "inputs_hash": ranking_of(round_).inputs_hash},
    )

    assert "7 号已经给了" in said(answer)
    assert not round_.selections.exists()


def test_a_list_is_taken_back_with_a_reason(client, administrator):
    round_ = over(make_marked_round("45", "40", goes_on=1))
    settle(round_, now=timezone.now())
    path = address(round_, "select/")

    assert "请写明理由" in said(client.post(path, {"act": "undo"}))
    client.post(path, {"act": "undo", "reason": "漏了一份"})

    assert round_.selections.get().undo_reason == "漏了一份"
    assert "漏了一份" in said(client.get(path))


# Others


def test_auditors_read_and_change_nothing(client):
    sync_groups()
    round_ = over(make_marked_round("45", "40", "40", goes_on=2))
    sign_in(client, make_operator(Role.AUDITOR))

    assert client.get(address(round_)).status_code == 200
    assert client.get(address(round_, "ranking/")).status_code == 200
    client.post(address(round_), {"reason": "x"})
    client.post(
        address(round_, "ranking/"),
        {
            "inputs_hash": ranking_of(round_).inputs_hash,
            "kind": "all",
            "reason": "x",
        },
    )

    assert not round_.releases.exists()
    assert ranking_of(round_).chosen is None
    refused = client.get(address(round_, "set-up/"))
    assert refused.headers["Location"] == "/admin/"


def test_a_unit_reads_its_news_at_home(client):
    sync_groups()
    round_ = over(make_marked_round("45", "40", goes_on=1))
    settle(round_, now=timezone.now())
    entry = entry_of(round_, 1)
    editor = make_operator(Role.UNIT_EDITOR)
    group = editor.groups.create(name="单位的组")
    entry.unit.group = group
    entry.unit.save()
    sign_in(client, editor)

    page = said(client.get("/admin/"))

    assert "初审结束" in page
    assert "路修得实，群众满意。" in page
    assert "86.00" not in page


def test_the_old_shortlist_page_points_to_the_new(client, administrator):
    round_ = open_round()

    page = client.get(f"/admin/contests/shortlist/{round_.contest.pk}/")

    assert (
        address(round_, "select/").replace("first", "second") in page.content.decode()
    )


# How dear the pages are


@pytest.mark.parametrize("count", [5, 90])
@pytest.mark.parametrize(
    ("page", "most"),
    [("", 20), ("assign/", 32), ("ranking/", 26), ("select/", 24)],
    ids=["progress", "assign", "ranking", "select"],
)
def test_pages_take_the_same_queries_for_any_number_of_entries(
    client, administrator, django_assert_max_num_queries, page, most, count
):
    round_ = open_round(entries=count, reviewers_per_entry=2, goes_on=3)
    now = timezone.now()
    for review in assign_all(round_, reviewers=3):
        make_version_quickly(review, now)
    over(round_)
    client.get(address(round_, page))

    with django_assert_max_num_queries(most):
        client.get(address(round_, page))


@pytest.mark.parametrize("count", [5, 90])
def test_a_desk_takes_the_same_queries_for_any_number_of_entries(
    client, reviewer, django_assert_max_num_queries, count
):
    round_ = open_round(entries=0)
    for _ in range(count):
        review = make_review(round_=round_, reviewer=reviewer)
    client.get("/admin/reviews/")

    with django_assert_max_num_queries(16):
        client.get("/admin/reviews/")
    with django_assert_max_num_queries(26):
        client.get(page_of(review))


def make_version_quickly(review: Review, now) -> None:
    """The rows of a version that was handed in: a service for each of 180 would be slow."""
    review.versions.create(
        version=1, marks={"effect": "40", "voice": "8"}, remark="好", submitted_at=now
    )
    Review.objects.filter(pk=review.pk).update(submitted_at=now, saved_at=now)
