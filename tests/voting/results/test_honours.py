from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    NOW,
    make_decided_contest,
    make_entry,
    make_final_result,
    make_operator,
    make_publication,
    make_user,
    sign_in,
)
from tests.pictures import make_image
from tests.site_factories import make_page, make_showcase
from voting.results.finalising_services import confirm_reopening, propose_reopening
from voting.results.honour_desk import honour_task
from voting.results.honour_errors import NotAllDrawn, NotFinalYet
from voting.results.honour_files import (
    LOOK_AGAIN_AFTER,
    SHARE,
    draw_missing_honours,
    draw_some,
    drawn,
    file_of,
    files_of,
    packed,
)
from voting.results.honour_models import CertificateWording
from voting.results.honour_queries import honours_of, wording_of
from voting.results.honour_services import set_certificate_wording
from voting.results.honours import certificate_of, shared_of, winner_of
from voting.results.models import Publication
from voting.results.page_queries import Flag

pytestmark = pytest.mark.django_db

LATER = NOW + 31 * DAY


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.HONOURS_DIR = tmp_path
    settings.PUBLIC_ORIGIN = "https://hongqi.example.cn"
    return tmp_path


def make_final() -> Publication:
    publication = make_final_result().publication
    publication.contest.refresh_from_db()
    return publication


def address(name: str, contest, *more) -> str:
    return reverse(f"voting:{name}", args=[contest.slug, *more])


def text(response) -> str:
    return response.content.decode()


def stored(folder) -> dict[str, int]:
    return {
        each.name: each.stat().st_mtime_ns
        for each in folder.rglob("*.*")
        if each.is_file()
    }


def winner_plate(publication) -> str:
    return publication.computation.outcome["cut"]["inside"][0]


def test_what_stands_on_a_certificate():
    publication = make_final()
    contest = publication.contest
    contest.approval_number = "临办字〔2026〕12 号"
    contest.save()
    honours = honours_of(contest, now=LATER)
    row = honours.winners[0]

    certificate = certificate_of(honours, row)

    assert (
        certificate.title,
        certificate.recipient,
        certificate.body,
        certificate.date,
        certificate.number,
        certificate.approval,
        certificate.address,
        certificate.band,
    ) == (
        "荣誉证书",
        row.name,
        f"在“{contest.name}”中，综合得分 {row.score} 分，获第 1 名，被评为“红旗单位”。"
        "特发此证，以资鼓励。",
        "二〇二六年六月八日",
        f"红旗〔2026〕第 {row.plate} 号",
        "临办字〔2026〕12 号",
        f"https://hongqi.example.cn/results/{contest.slug}/",
        "",
    )


def test_before_the_result_is_final_there_are_only_pictures_that_say_so():
    contest = make_publication().contest

    honours = honours_of(contest, now=LATER)

    assert {file.kind for file in files_of(honours)} == {"share.jpg"}
    assert shared_of(honours).honour == "拟授红旗单位"
    assert shared_of(honours).state == "拟定结果　公示到 6 月 8 日，有异议请实名提出"
    with pytest.raises(NotFinalYet):
        packed(honours)


def test_a_final_result_that_was_opened_again_gives_no_certificate():
    contest = make_final().contest

    proposal = propose_reopening(
        by=make_user(), contest=contest, reason="一份评分表录错了", now=LATER
    )
    confirm_reopening(by=make_user(), proposal=proposal, now=LATER)

    assert not honours_of(contest, now=LATER).is_final


def test_before_the_release_nobody_has_a_flag():
    assert honours_of(make_decided_contest(), now=LATER) is None


def test_a_winner_with_a_page_has_its_line_and_its_photo():
    honours = honours_of(make_final().contest, now=LATER)
    row = honours.winners[0]
    entry = make_entry(contest=make_showcase())
    page = make_page(entry, one_line="放学后有人管", cover=make_image(colour="green"))
    vars(honours.result)["flags"] = [Flag(row, page)]

    picture = drawn(honours, file_of(honours, row, SHARE))

    assert winner_of(honours, row).one_line == "放学后有人管"
    with Image.open(BytesIO(picture)) as opened:
        assert opened.size == (1200, 630)
        red, green, blue = opened.convert("RGB").getpixel((900, 200))
    assert green > 100 > max(red, blue)


def test_the_worker_draws_everything_once(folder):
    make_final()

    draw_missing_honours(now=LATER)
    first = stored(folder)
    draw_missing_honours(now=LATER + LOOK_AGAIN_AFTER)

    assert len(first) == 4
    assert stored(folder) == first


def test_other_words_are_drawn_anew_and_the_old_go(folder):
    contest = make_final().contest
    draw_missing_honours(now=LATER)
    before = set(stored(folder))

    set_certificate_wording(by=make_user(), contest=contest, now=NOW, title="奖状")
    draw_missing_honours(now=LATER + LOOK_AGAIN_AFTER)

    after = set(stored(folder))
    assert len(after) == 4
    assert {name for name in before & after if "certificate" in name} == set()
    assert {name for name in before & after if "share" in name}


def test_the_zip_holds_everything_and_is_the_same_each_time():
    honours = honours_of(make_final().contest, now=LATER)
    with pytest.raises(NotAllDrawn):
        packed(honours)
    assert draw_some(honours, most=99) == 0
    path = packed(honours)
    first = path.read_bytes()
    path.unlink()

    row = honours.winners[0]
    with ZipFile(packed(honours)) as bundle:
        assert bundle.namelist() == [
            f"{row.plate} 号 {row.name} 证书.png",
            f"{row.plate} 号 {row.name} 证书.pdf",
            f"{row.plate} 号 {row.name} 分享图.jpg",
            "红旗单位 分享图.jpg",
        ]
        assert bundle.testzip() is None
    assert path.read_bytes() == first


def test_a_page_may_hold_many_visitors_before_anything_is_drawn(folder):
    honours = honours_of(make_final().contest, now=LATER)
    file = files_of(honours)[0]

    assert drawn(honours, file) == drawn(honours, file)
    assert len(stored(folder)) == 1


def test_the_wording_is_on_the_record():
    contest = make_decided_contest(county="临河县")
    assert wording_of(contest).awarders == "临河县人民政府"
    by = make_user()

    set_certificate_wording(
        by=by, contest=contest, now=NOW, awarders="中共临河县委员会"
    )

    assert CertificateWording.objects.get().awarder_lines == ["中共临河县委员会"]
    entry = TrailEntry.objects.get(action="honours.worded")
    assert (entry.by, entry.details) == (
        by,
        {"awarders": ["临河县人民政府", "中共临河县委员会"]},
    )


WORDS = {
    "title": "荣誉证书",
    "body": "{单位}在“{活动}”中得 {得分} 分，{名次}。",
    "awarders": "中共临河县委员会\n临河县人民政府",
    "number_prefix": "临河红旗〔2026〕",
}


def test_an_administrator_words_the_certificates(client):
    contest = make_decided_contest()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    response = client.post(address("honours", contest), WORDS, follow=True)

    assert "证书文字存好了" in text(response)
    wording = CertificateWording.objects.get()
    assert {name: getattr(wording, name) for name in WORDS} == WORDS


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        pytest.param("title", "", "这里要填写", id="nothing"),
        pytest.param("title", "长" * 11, "最多 10 个字", id="too long"),
        pytest.param("title", "荣誉🎉", "没有这些字符：🎉", id="not in the font"),
        pytest.param("title", "荣\x00誉", "无法保存的字符", id="rubbish"),
        pytest.param("body", "{分数}", "不认识{分数}", id="unknown blank"),
        pytest.param("body", "得 {得分 分", "花括号不成对", id="stray brace"),
        pytest.param("body", "{活动}" * 30, "证书上排不下", id="does not fit"),
        pytest.param("awarders", "一\n二\n三\n四", "最多 3 行", id="four lines"),
        pytest.param("awarders", "长" * 21, "每行最多 20 个字", id="long line"),
        pytest.param("number_prefix", "长" * 21, "最多 20 个字", id="long prefix"),
    ],
)
def test_words_that_would_not_print_are_refused_at_their_field(
    client, field, value, told
):
    contest = make_decided_contest()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    response = client.post(address("honours", contest), WORDS | {field: value})

    assert told in text(response)
    assert WORDS["number_prefix" if field != "number_prefix" else "title"] in text(
        response
    )
    assert not CertificateWording.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        pytest.param(None, 302, id="nobody signs in first"),
        pytest.param(Role.HOST, 403, id="host"),
        pytest.param(Role.ADMINISTRATOR, 200, id="administrator"),
    ],
)
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("honours", ()),
        ("certificate_sample", ()),
        ("honours_zip", ()),
        ("certificate", ("png",)),
        ("certificate", ("pdf",)),
    ],
)
def test_who_fetches_certificates(client, name, more, role, status):
    publication = make_final()
    draw_missing_honours(now=LATER)
    plate = (winner_plate(publication),) if name == "certificate" else ()
    if role:
        sign_in(client, make_operator(role))

    response = client.get(address(name, publication.contest, *plate, *more))
    response.close()

    assert response.status_code == status


def test_a_unit_fetches_its_own_certificate_and_no_other(client):
    publication = make_final()
    contest, plate = publication.contest, winner_plate(publication)
    own = contest.entries.select_related("unit").get(number=int(plate))
    other = contest.entries.exclude(pk=own.pk).first()
    sign_in(client, _editor_of(own))

    answers = [
        client.get(address("certificate", contest, each, "pdf"))
        for each in (plate, other.plate)
    ]

    assert [answer.status_code for answer in answers] == [200, 403]
    assert answers[0]["Content-Type"] == "application/pdf"


def _editor_of(entry):
    group = Group.objects.create(name=f"单位 {entry.unit}")
    entry.unit.group = group
    entry.unit.save()
    editor = make_user()
    editor.groups.add(group)
    return editor


@pytest.mark.parametrize("plate", ["99", "x", "9" * 40])
def test_no_certificate_for_whoever_has_no_flag(client, plate):
    contest = make_final().contest
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    for name, more in (("certificate", ["png"]), ("honours_share_of", [])):
        assert client.get(address(name, contest, plate, *more)).status_code == 404
    assert client.get(address("certificate", contest, "01", "exe")).status_code == 404


def test_everybody_may_pass_the_pictures_on(client):
    publication = make_publication()
    contest = publication.contest

    whole = client.get(address("honours_share", contest))
    one = client.get(
        address("honours_share_of", contest, winner_plate(publication)) + "?download"
    )
    again = client.get(
        address("honours_share", contest), headers={"if-none-match": whole["ETag"]}
    )

    assert (whole.status_code, one.status_code, again.status_code) == (200, 200, 304)
    assert whole["Cache-Control"] == "public, max-age=300"
    assert one["Content-Disposition"].startswith("attachment")


def test_before_the_release_no_picture_tells_who_won(client):
    contest = make_decided_contest()
    answers = [
        client.get(address("honours_share", contest)),
        *(
            client.get(address("honours_share_of", contest, plate))
            for plate in ("01", "02", "03", "99")
        ),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_a_hidden_contest_has_no_pictures(client):
    contest = make_publication(make_decided_contest(hidden=True)).contest

    assert client.get(address("honours_share", contest)).status_code == 404


@pytest.mark.parametrize(
    ("make", "state", "labels"),
    [
        pytest.param(
            make_publication, "拟授红旗", ["分享图", "看得分怎么来的"], id="provisional"
        ),
        pytest.param(
            make_final,
            "红旗单位",
            ["证书 PDF", "证书 PNG", "分享图", "看得分怎么来的"],
            id="final",
        ),
    ],
)
def test_the_desk_of_a_unit_tells_its_place(make, state, labels):
    publication = make()
    contest = publication.contest
    entry = contest.entries.select_related("unit").get(
        number=int(winner_plate(publication))
    )

    task = honour_task(entry.unit, contest, number=4, now=LATER)

    assert task.state == state
    assert [link.label for link in task.actions] == labels


def test_the_desk_says_nothing_before_the_release():
    contest = make_decided_contest()
    unit = contest.entries.first().unit

    assert honour_task(unit, contest, number=4, now=timezone.now()) is None
