"""The preparation of a night in the admin: what it shows, changes, prints and refuses."""

import io
import re

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.spreadsheets.writing import write_book
from tests.factories import (
    NOW,
    draw_order,
    make_contest,
    make_entry,
    make_night,
    make_operator,
    make_rule_sheet,
    make_seat,
    sign_in,
)
from voting.judging.cards import pin_fits, token_hash
from voting.judging.errors import JudgingError
from voting.judging.models import Night, Recusal, Seat
from voting.judging.services import issue_cards, record_recusal
from voting.judging.setup_queries import named_supervisors
from voting.judging.setup_sheets import SHEETS

pytestmark = pytest.mark.django_db


def client_of(*roles: Role) -> Client:
    client = Client()
    sync_groups()
    sign_in(client, make_operator(*roles))
    return client


@pytest.fixture
def office() -> Client:
    return client_of(Role.ADMINISTRATOR)


@pytest.fixture
def night() -> Night:
    """Set up, with two seats in each panel, not drawn and not open."""
    return make_night(opened=False, entries=0)


def at(name: str, night: Night, *more) -> str:
    return reverse(f"nights:{name}", args=[night.contest.slug, *more])


def text_of(answer) -> str:
    """What is to be read on the page, without its frame."""
    main = answer.content.decode().partition("<main")[2] or answer.content.decode()
    shown = re.sub(r"(?s)<script.*?</script>|<style.*?</style>|<[^>]*>", " ", main)
    return " ".join(shown.split())


def upload(client: Client, night: Night, **sheets):
    data = write_book([(s.title, s.columns, sheets.get(s.title, ())) for s in SHEETS])
    file = SimpleUploadedFile("评比会.xlsx", data)
    return client.post(at("import", night), {"files": file})


def sealed_in(answer) -> str:
    return re.search(r'name="sealed" value="([^"]+)"', answer.content.decode())[1]


# Looking


def test_the_overview_says_what_stands_ready_and_what_is_missing(office, night):
    page = text_of(office.get(at("night", night)))

    assert "“现场评比”还没有抽签定出场顺序。" in page
    assert "领导与部门代表 60% 2 0 0" in page
    assert "实事成效 0 到 60 0.5" in page
    assert "4 个席位还没有印席卡。" in page


def test_one_contest_is_opened_at_once_and_several_are_listed(office, night):
    assert office.get(reverse("nights:index")).url == at("night", night)

    other = make_contest(name="另一次活动")

    assert str(other) in text_of(office.get(reverse("nights:index")))


def test_a_contest_without_rules_and_one_without_a_night_say_what_comes_first(office):
    contest = make_contest()
    address = reverse("nights:night", args=[contest.slug])
    assert "请先起草" in text_of(office.get(address))

    make_rule_sheet(contest=contest)
    assert "按计分规则建立评比会" in text_of(office.get(address))
    office.post(reverse("nights:set_up", args=[contest.slug]))

    assert Night.objects.get().rounds.get().name == "现场评比"


def test_a_host_looks_and_prints_but_changes_nothing(night):
    host = client_of(Role.HOST)

    assert host.get(at("night", night)).status_code == 200
    assert host.get(at("cards", night)).status_code == 200
    for name in ("import", "add_seat", "supervisors", "file", "template"):
        assert host.get(at(name, night)).url == "/admin/"
    assert "加一个席位" not in text_of(host.get(at("night", night)))


# The import


def test_upload_shows_a_preview_and_the_confirmation_does_it(office, night):
    shown = upload(office, night, 席位=[["B07", "吴某某", "群众代表"]])
    assert "预览：现在还没有导入" in text_of(shown)
    assert not Seat.objects.filter(code="B07").exists()

    done = office.post(
        at("import", night), {"sealed": sealed_in(shown), "act": "confirm"}
    )

    assert "已经导入" in text_of(done)
    assert Seat.objects.get(code="B07").panel.code == "residents"


def test_a_file_with_errors_comes_back_with_them(office, night):
    shown = upload(office, night, 席位=[["B07", "", "火星组"]])
    assert "表里有 2 处问题，现在不能导入" in text_of(shown)

    answer = office.post(
        at("import", night), {"sealed": sealed_in(shown), "act": "errors"}
    )

    sheet = load_workbook(io.BytesIO(answer.content))["席位"]
    assert [cell.value for cell in sheet[2]][:3] == ["B07", None, "火星组"]
    assert "没有“火星组”这个评委组" in sheet["G2"].value


def test_a_confirmation_that_was_altered_does_nothing(office, night):
    shown = upload(office, night, 席位=[["B07", "吴某某", "群众代表"]])

    answer = office.post(
        at("import", night), {"sealed": sealed_in(shown) + "x", "act": "confirm"}
    )

    assert "这次预览已经失效，什么都没有导入" in answer.content.decode()
    assert not Seat.objects.filter(code="B07").exists()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param([], "请先选一个文件。", id="no file"),
        pytest.param([("x.xlsx", b"")], "这是空文件", id="empty file"),
        pytest.param([("x.xlsx", b"PK\x03\x04rubbish")], "打不开", id="damaged"),
        pytest.param([("x.csv", b"a,b\n1,2\n")], "没有找到填了内容的表", id="no sheet"),
        pytest.param(
            [("x.csv", b"a\nb\n")] * 9, "一次最多传 8 个文件", id="too many files"
        ),
    ],
)
def test_an_upload_that_is_no_table_is_refused_in_words(office, night, files, told):
    posted = [SimpleUploadedFile(name, data) for name, data in files]

    answer = office.post(at("import", night), {"files": posted} if posted else {})

    assert told in text_of(answer)


def test_several_csv_files_are_one_import(office, night):
    seats = "席位号,姓名,评委组\nB07,吴某某,群众代表\n".encode()
    rounds = "轮次,权重,汇报时间\n现场评比,100,6 分钟\n".encode("gb18030")
    files = [
        SimpleUploadedFile("席位.csv", seats),
        SimpleUploadedFile("轮次.csv", rounds),
    ]

    shown = office.post(at("import", night), {"files": files})
    office.post(at("import", night), {"sealed": sealed_in(shown), "act": "confirm"})

    assert Seat.objects.filter(code="B07").exists()
    assert Night.objects.get().rounds.get().presenting_seconds == 360


def test_the_export_is_the_template_filled_in(office, night):
    exported = load_workbook(io.BytesIO(office.get(at("file", night)).content))
    template = load_workbook(io.BytesIO(office.get(at("template", night)).content))

    titles = [*(sheet.title for sheet in SHEETS), "填写说明"]
    assert exported.sheetnames == template.sheetnames == titles
    assert [row[0].value for row in exported["席位"]] == [
        "席位号",
        "A01",
        "A02",
        "C01",
        "C02",
    ]
    assert template["席位"].max_row == 1


# By hand


def test_a_seat_is_added_corrected_and_removed(office, night):
    panel = night.panels.get(code="residents")
    typed = {"code": "C09", "name": "郑某某", "panel": panel.pk, "kind": "official"}
    office.post(at("add_seat", night), typed)
    seat = Seat.objects.get(code="C09")

    office.post(
        at("seat", night, seat.pk), typed | {"name": "郑某", "kind": "observer"}
    )
    seat.refresh_from_db()
    assert (seat.name, seat.kind) == ("郑某", "observer")

    office.post(at("seat", night, seat.pk), {"act": "remove"})
    assert not Seat.objects.filter(code="C09").exists()


def test_what_is_wrong_with_a_seat_stands_at_its_field_and_nothing_typed_is_lost(
    office, night
):
    panel = night.panels.first()
    typed = {"code": "A01", "name": "郑某某", "panel": panel.pk, "kind": "official"}

    taken = office.post(at("add_seat", night), typed)
    wrong = office.post(at("add_seat", night), typed | {"code": "席一"})

    assert "这个席位号已经用过。" in text_of(taken)
    assert 'value="郑某某"' in taken.content.decode()
    assert "只能用字母、数字和减号" in text_of(wrong)


def test_a_seat_with_recusals_stays_after_the_draw(office, night):
    entry = make_entry(contest=night.contest)
    seat = night.seats.first()
    record_recusal(by=None, seat=seat, entry=entry, reason="亲属", now=NOW)
    draw_order(night.rounds.get())

    answer = office.post(at("seat", night, seat.pk), {"act": "remove"}, follow=True)

    assert "已经随抽签公布，不能移除" in answer.content.decode()
    assert Seat.objects.filter(pk=seat.pk).exists()


def test_a_seat_takes_its_recusals_with_it_before_the_draw(office, night):
    entry = make_entry(contest=night.contest)
    seat = night.seats.first()
    record_recusal(by=None, seat=seat, entry=entry, reason="亲属", now=NOW)

    office.post(at("seat", night, seat.pk), {"act": "remove"})

    assert not Recusal.objects.exists()


def test_times_and_hints_are_typed_as_people_write_them(office, night):
    typed = {
        "presenting_seconds": "5 分 30 秒",
        "marking_seconds": "90秒",
        "hint-0": "办成多少",
        "hint-1": "",
    }
    office.post(at("round", night, "final"), typed)

    round_ = night.rounds.get()
    assert (round_.presenting_seconds, round_.marking_seconds) == (330, 90)
    assert [c.hint for c in round_.criteria.all()] == ["办成多少", ""]
    wrong = office.post(
        at("round", night, "final"), typed | {"marking_seconds": "一会儿"}
    )
    assert "“一会儿”看不懂" in text_of(wrong)


def test_supervisors_are_named_from_those_who_have_the_role(office, night):
    first, second = make_operator(Role.SUPERVISOR), make_operator(Role.SUPERVISOR)
    host = make_operator(Role.HOST)

    office.post(at("supervisors", night), {"users": [first.pk]})
    alone = text_of(office.get(at("night", night)))
    refused = office.post(at("supervisors", night), {"users": [first.pk, host.pk]})
    office.post(at("supervisors", night), {"users": [first.pk, second.pk]})

    assert "现场监督员要指定至少 2 位，现在是 1 位。" in alone
    assert "有一位不在监督员里" in text_of(refused)
    assert set(named_supervisors(night)) == {first, second}


def test_a_supervisor_who_lost_the_role_no_longer_counts(night):
    user = named_supervisors(night)[0]

    user.groups.clear()

    assert user not in named_supervisors(night)


@pytest.mark.parametrize("name", ["import", "add_seat", "supervisors", "round", "seat"])
def test_once_the_night_is_open_pages_say_why_nothing_can_be_changed(office, name):
    night = make_night()
    more = {"round": ["final"], "seat": [night.seats.first().pk]}.get(name, [])

    page = text_of(office.get(at(name, night, *more)))

    assert "现场评比会已经开放" in page
    assert "只能看，不能再改" in page


def test_once_the_night_is_open_a_late_form_changes_nothing(office):
    night = make_night()
    seat = night.seats.first()
    typed = {"name": "别的人", "panel": seat.panel_id, "kind": "official"}

    office.post(at("seat", night, seat.pk), typed)
    office.post(at("seat", night, seat.pk), {"act": "remove"})
    office.post(at("supervisors", night), {"users": []})
    office.post(
        at("round", night, "final"), {"presenting_seconds": "1", "marking_seconds": "1"}
    )

    assert Seat.objects.get(pk=seat.pk).name == seat.name
    assert len(named_supervisors(night)) == 2
    assert night.rounds.get().presenting_seconds == 300


# Cards


def printed(answer) -> list[tuple[str, str, str]]:
    """(seat, short code, PIN) of every card, from the sheets themselves."""
    html = answer.content.decode()
    codes = re.findall(r'card__code">([^<]+)<', html)
    seats = re.findall(r'pin__who"><b class="num">([^<]+)<', html)
    pins = re.findall(r'pin__digits">([^<]+)<', html)
    return list(zip(seats, codes, pins, strict=True))


def test_cards_are_printed_once_with_code_and_pin_that_open_the_seat(office, night):
    seats = list(night.seats.order_by("code"))

    answer = office.post(at("cards", night), {"seats": [s.pk for s in seats]})

    found = printed(answer)
    assert [seat for seat, _, _ in found] == ["A01", "A02", "C01", "C02"]
    assert "no-store" in answer.headers["Cache-Control"]
    for seat, (_, code, pin) in zip(night.seats.order_by("code"), found, strict=True):
        assert seat.carded_at is not None
        public = Client()
        went = public.post("/j/", {"code": code.lower()})
        token = went.url.split("/")[2]
        assert token_hash(token) == seat.card_hash
        assert pin_fits(seat, pin.replace(" ", ""))
        assert public.post(f"{went.url}sign-in/", {"pin": pin}).status_code == 302


def test_the_qr_code_is_the_address_that_the_short_code_leads_to(
    office, night, settings
):
    settings.PUBLIC_ORIGIN = "https://hongqi.example"
    answer = office.post(at("cards", night), {"seats": [night.seats.first().pk]})
    ((_, code, _),) = printed(answer)

    address = settings.PUBLIC_ORIGIN + Client().post("/j/", {"code": code}).url
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        dark="#000", light="#fff", border=2, omitsize=True
    )

    assert drawn in answer.content.decode()
    assert "hongqi.example/j/" in text_of(answer)


def test_printing_again_asks_first_and_makes_the_old_card_dead(office, night):
    seat = night.seats.get(code="A01")
    ((_, old, _),) = printed(office.post(at("cards", night), {"seats": [seat.pk]}))

    asked = office.post(at("cards", night), {"seats": [seat.pk]})
    assert "A01，席卡已经印过" in text_of(asked)
    again = office.post(at("cards", night), {"seats": [seat.pk], "replaces": "on"})

    ((_, new, _),) = printed(again)
    assert new != old
    assert "没有这个短码" in text_of(Client().post("/j/", {"code": old}))
    assert Client().post("/j/", {"code": new}).status_code == 302


def test_what_a_colleague_printed_a_moment_ago_is_not_printed_again(night):
    seat, by = night.seats.get(code="A01"), make_operator(Role.HOST)
    seen = {"by": by, "night": night, "seats": [seat], "replaces": False, "now": NOW}
    issue_cards(**seen)
    seat.refresh_from_db()

    with pytest.raises(JudgingError, match="刚刚被别人印过"):
        issue_cards(**seen)

    before, after = seat.card_hash, Seat.objects.get(pk=seat.pk).card_hash
    assert before == after


def test_cards_that_were_not_printed_are_chosen_to_begin_with(office, night):
    def chosen(query: str = "") -> list[str]:
        html = office.get(at("cards", night) + query).content.decode()
        return re.findall(r'value="\d+" checked><span><b>(\w+)<', html)

    office.post(at("cards", night), {"seats": [night.seats.get(code="A01").pk]})

    assert chosen() == ["A02", "C01", "C02"]
    assert chosen("?which=residents") == ["C01", "C02"]
    assert chosen("?which=A01") == ["A01"]
    assert chosen("?which=every") == ["A01", "A02", "C01", "C02"]


def test_on_the_night_cards_are_replaced_one_at_a_time(office):
    night = make_night()
    pks = [seat.pk for seat in night.seats.all()]

    every = office.post(at("cards", night), {"seats": pks})
    one = office.post(at("cards", night), {"seats": pks[:1]})

    assert "席卡只能一张一张换发" in every.content.decode()
    assert len(printed(one)) == 1


def test_a_card_says_when_it_is_of_a_rehearsal_or_does_not_count(office):
    night = make_night(opened=False, entries=0, practice=True, practice_note="演练")
    office_html = office.post(
        at("cards", night), {"seats": [night.seats.first().pk]}
    ).content.decode()
    assert office_html.count('card__drill--loud">演练') == 2

    real = make_night(opened=False, entries=0, seats=1)
    seat = make_seat(night=real, code="Z01", kind="observer")
    html = office.post(at("cards", real), {"seats": [seat.pk]}).content.decode()
    assert html.count('card__drill">观摩') == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param("", "请输入席卡上的短码。", id="nothing"),
        pytest.param("LH7K-29QF", "没有这个短码", id="of no seat"),
        pytest.param("评委", "没有这个短码", id="Chinese"),
        pytest.param("9" * 50, "短码只有 8 位", id="too long"),
    ],
)
def test_a_code_that_is_none_is_told_so_and_stays_in_the_field(typed, told):
    answer = Client().post("/j/", {"code": typed})

    assert told in text_of(answer)
    assert answer.status_code == 200
    assert not typed or f'value="{typed}"' in answer.content.decode()


@pytest.mark.parametrize(
    "spelled",
    ["{0}", "{0:.4}-{1}", " {0:.4} {1} ", "{0:.4}—{1}"],
    ids=["together", "dash", "blanks", "long dash"],
)
def test_a_code_may_be_typed_as_it_is_read(office, night, spelled):
    seat = night.seats.first()
    ((_, code, _),) = printed(office.post(at("cards", night), {"seats": [seat.pk]}))
    plain = code.replace("-", "")

    answer = Client().post("/j/", {"code": spelled.format(plain, plain[4:]).lower()})

    assert answer.status_code == 302
