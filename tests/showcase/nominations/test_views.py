from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from showcase.nominations.models import Nomination
from showcase.nominations.rules import State
from showcase.nominations.services import (
    save_draft,
    submit_nomination,
    withdraw_nomination,
)
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.media.models import SiteDocument, SiteImage
from tests.factories import (
    DAY,
    HOUR,
    make_desk,
    make_editor,
    make_nominating,
    make_nomination,
    make_operator,
    make_submitted,
    make_words,
    sign_in,
)
from tests.pictures import make_image
from tests.site_cms.media.pictures import photograph

pytestmark = pytest.mark.django_db

SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def _groups():
    sync_groups()


@pytest.fixture
def contest():
    now = timezone.now()
    return make_nominating(
        nomination_opens_at=now - DAY,
        nomination_closes_at=now + DAY,
        first_review_closes_at=now + 10 * DAY,
        poll_opens_at=None,
        poll_closes_at=None,
    )


@pytest.fixture
def entry(contest):
    return make_desk(contest)


@pytest.fixture
def editor(client, entry):
    user = make_editor(entry)
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client):
    return sign_in(client, make_operator(Role.ADMINISTRATOR))


def address(entry, name="write") -> str:
    return reverse(f"nominations:{name}", args=[entry.pk])


def typed(revision=0, figures=(), **changed) -> dict:
    columns = {
        f"figure-{name}": [figure.get(name, "") for figure in figures]
        for name in ("label", "value", "unit", "period", "source")
    }
    return {
        "revision": revision,
        "statement": "九个村街的人出门不再踩泥。",
        "contact_name": "张某某",
        "contact_phone": "0319-7654321",
        **columns,
    } | changed


FIGURE = {
    "label": "整修村道",
    "value": "12.6",
    "unit": "公里",
    "period": "2026 年上半年",
    "source": "县局台账",
}


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def page_of(response) -> str:
    return response.content.decode()


def test_the_form_begins_with_the_contact_of_the_unit(client, editor, entry):
    page = page_of(client.get(address(entry)))

    assert 'value="张某某"' in page
    assert 'value="0319-7654321"' in page
    assert not Nomination.objects.exists()


def test_the_button_saves_without_script(client, editor, entry):
    response = client.post(address(entry), typed(figures=[FIGURE, {}]))

    assert response.url == address(entry)
    nomination = Nomination.objects.get()
    assert nomination.statement == "九个村街的人出门不再踩泥。"
    assert nomination.figures == [FIGURE]
    assert nomination.saved_by == editor


def test_the_script_is_told_when_it_was_saved(client, editor, entry):
    response = client.post(address(entry), typed(), headers=SCRIPT)

    saved_at = timezone.localtime(Nomination.objects.get().saved_at)
    assert response.json() == {
        "revision": 1,
        "sentence": f"已保存 {saved_at:%H:%M}",
        "missing": 2,
    }


def test_the_older_window_is_told_and_keeps_its_text(client, editor, entry):
    client.post(address(entry), typed(statement="第一个窗口"))

    by_script = client.post(address(entry), typed(statement="第二个"), headers=SCRIPT)
    by_button = client.post(address(entry), typed(statement="第二个"))

    assert by_script.status_code == by_button.status_code == 409
    assert by_script.json()["is_stale"] is True
    page = page_of(by_button)
    assert "第一个窗口" in page  # what would be lost is shown
    assert "第二个</textarea>" in page  # what was typed is there
    assert 'name="revision" value="1"' in page  # and may be saved knowingly
    assert Nomination.objects.get().statement == "第一个窗口"


def test_nothing_is_saved_over_a_submission_and_the_text_is_shown(
    client, editor, entry
):
    nomination = make_submitted(entry, now=timezone.now())
    late = typed(nomination.revision, statement="晚了一步的话")

    by_script = client.post(address(entry), late, headers=SCRIPT)
    by_button = client.post(address(entry), late)

    assert by_script.status_code == by_button.status_code == 409
    assert "已经提交" in by_script.json()["sentence"]
    assert "晚了一步的话" in page_of(by_button)
    nomination.refresh_from_db()
    assert "晚了" not in nomination.statement


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param(
            {"contact_name": "长" * 21}, "最多 20 字，现在 21 字", id="contact"
        ),
        pytest.param(
            {"figure-label": ["一"] * 13}, "主要数字最多 12 项", id="too many figures"
        ),
        pytest.param({"revision": "x"}, "有 1 处要改", id="no revision"),
    ],
)
def test_what_cannot_be_kept_is_named_and_stays_on_the_page(
    client, editor, entry, changed, sentence
):
    response = client.post(address(entry), typed(**changed))

    assert response.status_code == 422
    assert sentence in page_of(response) + " ".join(told(response))
    assert "出门不再踩泥" in page_of(response)
    assert not Nomination.objects.exists()


def test_a_row_is_added_and_removed_without_script(client, editor, entry):
    second = FIGURE | {"label": "新修公厕"}
    added = client.post(
        address(entry), typed(figures=[FIGURE, second], act="add_figure")
    )
    assert (
        page_of(added).count('name="figure-label"') == 4
    )  # one of them in the template

    client.post(
        address(entry),
        typed(revision=1, figures=[FIGURE, second], act="remove_figure-1"),
    )
    assert Nomination.objects.get().figures == [second]


def test_a_photograph_of_an_iphone_goes_into_the_collection_of_the_unit(
    client, editor, entry
):
    photo = SimpleUploadedFile("IMG_0042.HEIC", photograph("HEIF"))

    response = client.post(address(entry), typed(files=photo, act="upload"))

    image = SiteImage.objects.get()
    assert response.url == f"{address(entry)}#evidence"
    assert (image.title, image.collection) == ("IMG_0042", entry.unit.collection)
    assert image.uploaded_by_user == editor
    assert image.file.name.endswith(".jpg")
    assert Nomination.objects.get().evidence.get().image == image
    assert Nomination.objects.get().statement.startswith("九个村街")


def test_a_file_is_evidence_too_and_a_false_one_is_refused(client, editor, entry):
    report = SimpleUploadedFile("台账.pdf", b"%PDF-1.7 ...")
    false = SimpleUploadedFile("假的.pdf", b"<html>")

    response = client.post(address(entry), typed(files=[report, false], act="upload"))

    assert SiteDocument.objects.get().collection == entry.unit.collection
    assert [each for each in told(response) if "假的.pdf" in each] != []


def test_the_script_is_told_to_show_what_was_uploaded(client, editor, entry):
    photo = SimpleUploadedFile("照片.jpg", photograph())

    response = client.post(
        address(entry), typed(files=photo, act="upload"), headers=SCRIPT
    )

    assert response.json() == {"reload": f"{address(entry)}#evidence"}


def test_a_unit_without_a_folder_is_told_whom_to_call(client, editor, entry):
    unit = entry.unit
    unit.collection = None
    unit.save()

    response = client.post(
        address(entry),
        typed(files=SimpleUploadedFile("a.jpg", photograph()), act="upload"),
    )

    assert "还没有给您的单位建立图片文件夹" in told(response)[0]
    assert Nomination.objects.get().statement.startswith("九个村街")


def test_evidence_is_chosen_from_the_own_collection_only(client, editor, entry):
    own, foreign = make_image(title="本单位"), make_image(title="别人的")
    own.collection = entry.unit.collection
    own.save()

    page = page_of(client.get(address(entry)))
    client.post(
        address(entry),
        typed(choose=[f"image-{own.pk}", f"image-{foreign.pk}", "x-1"], act="choose"),
    )

    assert "本单位" in page
    assert "别人的" not in page
    assert [e.image for e in Nomination.objects.get().evidence.all()] == [own]


def test_evidence_is_captioned_and_taken_away(client, editor, entry):
    nomination = make_nomination(entry, now=timezone.now())
    evidence = nomination.evidence.get()
    name = f"caption-{evidence.pk}"

    client.post(address(entry), typed(nomination.revision, **{name: "东街的新路"}))
    evidence.refresh_from_db()
    assert evidence.caption == "东街的新路"

    client.post(
        address(entry), typed(nomination.revision + 1, act=f"remove-{evidence.pk}")
    )
    assert not nomination.evidence.exists()


def test_the_check_page_leads_to_what_is_missing(client, editor, entry):
    client.post(address(entry), typed(act="check"))

    page = page_of(client.get(address(entry, "check")))

    assert f'{address(entry)}#id_figure-label-1">主要数字至少写一项' in page
    assert f'{address(entry)}#id_files">佐证材料至少放一张照片或一个文件' in page
    assert "提交自荐</button>" not in page


def test_from_check_to_submission_and_back(client, editor, entry):
    nomination = make_nomination(entry, now=timezone.now())
    assert "提交自荐</button>" in page_of(client.get(address(entry, "check")))

    client.post(address(entry, "check"), {"revision": nomination.revision})
    nomination.refresh_from_db()
    assert nomination.state == State.SUBMITTED
    assert nomination.versions.get().submitted_by == editor
    assert "提交后不能修改" in page_of(client.get(address(entry)))

    assert "撤回，我要修改" in page_of(client.get(address(entry, "withdraw")))
    client.post(address(entry, "withdraw"))
    nomination.refresh_from_db()
    assert nomination.state == State.DRAFT


def test_a_check_page_that_is_old_submits_nothing(client, editor, entry):
    nomination = make_nomination(entry, now=timezone.now())

    response = client.post(address(entry, "check"), {"revision": "x"})

    assert "没有提交" in told(response)[0]
    nomination.refresh_from_db()
    assert nomination.state == State.DRAFT


def test_before_the_opening_the_page_says_when(client, contest, editor, entry):
    contest.nomination_opens_at = timezone.now() + HOUR
    contest.save()

    assert "自荐还没有开放" in page_of(client.get(address(entry)))
    assert client.post(address(entry), typed()).status_code == 409
    assert not Nomination.objects.exists()


def test_after_the_deadline_the_draft_is_kept_and_not_submitted(
    client, contest, editor, entry
):
    nomination = make_nomination(entry, now=timezone.now())
    contest.nomination_closes_at = timezone.now() - HOUR
    contest.save()

    assert "现在不能提交" in page_of(client.get(address(entry)))
    response = client.post(address(entry, "check"), {"revision": nomination.revision})
    assert "自荐已经截止" in told(response)[0]


@pytest.mark.parametrize(
    "name", ["write", "check", "withdraw", "read", "return", "extend", "sheet"]
)
def test_another_units_nomination_does_not_exist(client, contest, editor, name):
    other = make_submitted(make_desk(contest), now=timezone.now()).entry

    for method in (client.get, client.post):
        response = method(address(other, name))
        assert response.status_code in {302, 404, 405}
        assert response.headers.get("Location", "/admin/") == "/admin/"


def test_a_unit_finds_no_overview(client, editor):
    for name in ("index", "remind", "export"):
        response = client.get(reverse(f"nominations:{name}"))
        assert (response.status_code, response.url) == (302, "/admin/")


def test_a_file_of_the_evidence_is_for_those_who_may_read_it(client, editor, entry):
    client.post(
        address(entry),
        typed(files=SimpleUploadedFile("台账.pdf", b"%PDF-1.7 x"), act="upload"),
    )
    document = SiteDocument.objects.get()
    other = make_desk(entry.contest)

    def file_for(entry):
        return reverse("nominations:document", args=[entry.pk, document.pk])

    own = client.get(file_for(entry))
    assert b"".join(own.streaming_content) == b"%PDF-1.7 x"
    assert own.headers["Content-Disposition"].startswith("attachment")
    client.force_login(make_editor(other))
    assert client.get(file_for(entry)).status_code == 404
    assert client.get(file_for(other)).status_code == 404


def test_the_office_reads_what_was_handed_in_and_no_draft(client, entry, administrator):
    nomination = make_submitted(entry, now=timezone.now())
    assert "九个村街" in page_of(client.get(address(entry, "read")))

    withdraw_nomination(by=None, entry=entry, now=timezone.now())
    save_draft(
        by=None,
        entry=entry,
        draft=make_words(statement="只给自己看的草稿"),
        revision=nomination.revision,
        now=timezone.now(),
    )

    page = page_of(client.get(address(entry, "read")))
    assert "九个村街" in page
    assert "只给自己看" not in page
    assert "单位还在填写" in page


def test_two_versions_are_compared(client, entry, administrator):
    nomination = make_submitted(entry, now=timezone.now())
    withdraw_nomination(by=None, entry=entry, now=timezone.now())
    nomination = make_submitted_again(entry, nomination, "路修到了每户门口。")

    page = page_of(client.get(address(entry, "read")))

    assert "第 2 版和第 1 版的差别" in page
    assert "路修到了每户门口。</ins>" in page
    assert nomination.versions.count() == 2


def make_submitted_again(entry, nomination, statement):
    nomination = save_draft(
        by=None,
        entry=entry,
        draft=make_words(statement=statement),
        revision=nomination.revision,
        now=timezone.now(),
    )
    submit_nomination(
        by=None, entry=entry, revision=nomination.revision, now=timezone.now()
    )
    return nomination


def test_the_office_returns_with_a_remark_that_the_unit_sees(
    client, entry, administrator
):
    make_submitted(entry, now=timezone.now())

    empty = client.post(address(entry, "return"), {"version": 1, "remark": " "})
    assert "退回必须写明意见" in page_of(empty)
    response = client.post(
        address(entry, "return"), {"version": 1, "remark": "数字没有来源"}
    )
    assert response.url == address(entry, "read")

    client.force_login(make_editor(entry))
    page = page_of(client.get(address(entry)))
    assert "已退回，请按意见修改后重新提交" in page
    assert "数字没有来源" in page


def test_the_office_extends_with_a_reason(client, contest, entry, administrator):
    contest.nomination_closes_at = timezone.now() - HOUR
    contest.save()
    until = timezone.localtime() + timedelta(days=2)

    client.post(
        address(entry, "extend"),
        {"until": f"{until:%Y-%m-%dT%H:%M}", "reason": "暴雨停电"},
    )

    nomination = Nomination.objects.get()
    assert nomination.extension_reason == "暴雨停电"
    assert "延期至" in page_of(client.get(reverse("nominations:index")))


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        pytest.param(Role.ADMINISTRATOR, (200, 200), id="administrator"),
        pytest.param(Role.REVIEWER_FIRST, (200, 302), id="first reviewer"),
        pytest.param(Role.REVIEWER_SECOND, (302, 302), id="second reviewer"),
        pytest.param(Role.AUDITOR, (302, 302), id="auditor"),
    ],
)
def test_who_may_return_and_extend(client, entry, role, expected):
    make_submitted(entry, now=timezone.now())
    sign_in(client, make_operator(role))

    found = tuple(
        client.get(address(entry, name)).status_code for name in ("return", "extend")
    )

    assert client.get(reverse("nominations:index")).status_code == 200
    assert client.get(address(entry, "read")).status_code == 200
    assert found == expected


def test_the_overview_counts_filters_and_finds(client, contest, administrator):
    now = timezone.now()
    make_desk(contest, name="没动的单位")
    make_nomination(make_desk(contest, name="写了一半的单位"), now=now)
    make_submitted(make_desk(contest, name="交了的单位"), now=now)

    every = page_of(client.get(reverse("nominations:index")))
    drafts = page_of(client.get(reverse("nominations:index"), {"state": "draft"}))
    found = page_of(client.get(reverse("nominations:index"), {"q": "没动"}))

    assert "3 个单位，已提交 <strong>1</strong> 个" in every
    for name, wanted in [("没动的", every), ("写了一半", drafts), ("没动的", found)]:
        assert name in wanted
    assert "交了的单位" not in drafts
    assert "写了一半" not in found


def test_after_the_deadline_the_overview_shows_who_is_late(
    client, contest, administrator
):
    make_nomination(make_desk(contest), now=timezone.now())
    contest.nomination_closes_at = timezone.now() - HOUR
    contest.save()

    page = page_of(client.get(reverse("nominations:index"), {"state": "late"}))

    assert "逾期未交" in page
    assert ">延期</a>" in page


@pytest.mark.parametrize("name", ["index", "remind", "export"])
def test_the_overview_asks_as_often_for_ninety_units_as_for_five(
    client, contest, administrator, django_assert_max_num_queries, name
):
    def queries() -> int:
        with django_assert_max_num_queries(60) as captured:
            assert client.get(reverse(f"nominations:{name}")).status_code == 200
        return len(captured)

    for _ in range(5):
        Nomination.objects.create(entry=make_desk(contest), saved_at=timezone.now())
    client.get(reverse(f"nominations:{name}"))
    with_five = queries()
    for _ in range(85):
        Nomination.objects.create(entry=make_desk(contest), saved_at=timezone.now())

    assert queries() == with_five


def test_the_table_is_carried_away(client, contest, administrator):
    make_desk(contest, name="=单位")

    response = client.get(reverse("nominations:export"))

    assert response.content.startswith(b"PK")
    assert "attachment" in response.headers["Content-Disposition"]


def test_the_list_of_calls_has_who_is_outstanding(client, contest, administrator):
    make_desk(contest, name="没动的单位")
    make_submitted(make_desk(contest, name="交了的单位"), now=timezone.now())

    page = page_of(client.get(reverse("nominations:remind")))

    assert "没动的单位" in page
    assert "交了的单位" not in page


def test_the_sheet_carries_number_hash_and_code(client, editor, entry):
    version = make_submitted(entry, now=timezone.now()).versions.get()

    page = page_of(client.get(address(entry, "sheet")))

    assert f"{entry.unit.code}-1" in page
    assert version.short_hash in page
    assert 'src="data:image/svg+xml' in page


def test_the_sheet_of_a_draft_says_that_it_counts_for_nothing(client, editor, entry):
    make_nomination(entry, now=timezone.now())

    page = page_of(client.get(address(entry, "sheet")))

    assert "草稿：还没有提交，盖章无效" in page
    assert "data:image/svg" not in page


def test_the_home_page_has_a_card_for_the_unit(client, editor, entry):
    client.post(address(entry), typed())

    page = page_of(client.get("/admin/"))

    assert "自荐材料：红旗争夺赛" in page
    assert f'{address(entry)}#id_files"' in page
    assert "继续填写" in page
    assert "own-nomination" in page  # the menu leads there too


def test_the_office_has_its_row_among_its_jobs(client, contest, administrator):
    make_desk(contest)

    page = page_of(client.get("/admin/"))

    assert "已提交 0 个，共 1 个单位" in page


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"revision": "9" * 40}, id="huge revision"),
        pytest.param({"figure-value": ["1", "2", "3"], "revision": 0}, id="torn rows"),
        pytest.param({"act": "remove-" + "9" * 30, "revision": 0}, id="huge id"),
        pytest.param({"act": "remove_figure-٣", "revision": 0}, id="other digits"),
        pytest.param({"choose": "image-" + "9" * 18, "revision": 0}, id="no such"),
        pytest.param({"statement": "a\x00b", "revision": 0}, id="nul"),
        pytest.param({"statement": "长" * 30_000, "revision": 0}, id="too long"),
    ],
)
def test_rubbish_is_answered_in_words(client, editor, entry, fields):
    for headers in ({}, SCRIPT):
        assert client.post(address(entry), fields, headers=headers).status_code < 500
