from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from site_cms.media.lettering import paragraph, undrawable
from voting.results import certificates
from voting.results.certificates import (
    SEAL_SLOT,
    Certificate,
    as_pdf,
    as_png,
    body_fits,
    draw_certificate,
)
from voting.results.share_pictures import (
    MOST_BYTES,
    Shared,
    Winner,
    as_jpeg,
    draw_winner,
    draw_winners,
)

CERTIFICATE = Certificate(
    title="荣誉证书",
    recipient="县教育局",
    body="在“2026 年红旗争夺赛”中，综合得分 87.42 分，获第 1 名，被评为“红旗单位”。",
    awarders=("中共临河县委员会", "临河县人民政府"),
    date="二〇二六年十二月八日",
    number="红旗〔2026〕第 07 号",
    approval="临办字〔2026〕12 号",
    address="https://hongqi.example.cn/results/2026/",
)
SHARED = Shared(
    contest="2026 年红旗争夺赛",
    honour="红旗单位",
    state="",
    address="https://hongqi.example.cn/results/2026/",
)
WINNER = Winner(1, "县教育局", "放学后有人管", "第 1 名", "87.42")
YELLOW, GOLD = (255, 212, 0), (246, 212, 138)


def make_photo() -> BytesIO:
    drawn = BytesIO()
    Image.new("RGB", (1600, 1000), "green").save(drawn, "JPEG")
    drawn.seek(0)
    return drawn


def test_a_certificate_is_a4_across_at_300_dots():
    with Image.open(BytesIO(as_png(draw_certificate(CERTIFICATE)))) as png:
        assert png.size == (3508, 2480)
        assert [round(each) for each in png.info["dpi"]] == [300, 300]

    pdf = as_pdf(draw_certificate(CERTIFICATE), title="荣誉证书")

    assert pdf.startswith(b"%PDF-")
    assert b"/MediaBox [ 0 0 841.92 595.2 ]" in pdf


def test_the_same_words_give_the_same_bytes():
    first, second = draw_certificate(CERTIFICATE), draw_certificate(CERTIFICATE)

    assert as_png(first) == as_png(second)
    assert as_pdf(first, title="证书") == as_pdf(second, title="证书")


@pytest.mark.parametrize("name", ["title", "recipient", "body", "date", "number"])
def test_every_word_is_to_be_seen(name):
    other = replace(CERTIFICATE, **{name: "另外的字"})

    difference = ImageChops.difference(
        draw_certificate(CERTIFICATE), draw_certificate(other)
    )

    assert difference.getbbox() is not None


def test_the_seal_finds_room_where_only_awarders_and_date_stand():
    bare = replace(CERTIFICATE, awarders=(), date="")

    slot = draw_certificate(bare).crop(SEAL_SLOT)

    assert slot.getcolors() == [(slot.width * slot.height, (255, 253, 247))]


def test_a_sample_is_loud_and_cannot_be_framed():
    sample = draw_certificate(replace(CERTIFICATE, band="示例：都是虚构的"))
    real = draw_certificate(CERTIFICATE)

    assert sample.getpixel((20, 20)) == YELLOW
    middle = (1400, 1000, 2100, 1500)
    assert ImageChops.difference(sample.crop(middle), real.crop(middle)).getbbox()


def test_a_body_that_does_not_fit_is_told_before_it_is_drawn():
    assert body_fits("正文" * 60)
    assert not body_fits("正文" * 90)


def test_a_paragraph_begins_two_characters_in():
    written = paragraph(
        "第一行要空两格，后面的行不空。" * 3,
        weight="regular",
        sizes=[90],
        width=1200,
        most_lines=5,
    )

    assert written.lines[0].startswith("　　第")
    assert not any(line.startswith("　") for line in written.lines[1:])
    assert all(written.font.getlength(line) <= 1200 for line in written.lines)


def test_what_the_fonts_cannot_draw_is_named():
    assert undrawable("红旗单位〔2026〕第 07 号") == ""
    assert undrawable("红旗🎉🎉单位") == "🎉"


@pytest.mark.parametrize(
    ("shared", "colour"),
    [
        pytest.param(SHARED, (179, 0, 14), id="final"),
        pytest.param(replace(SHARED, state="拟定结果"), GOLD, id="provisional"),
        pytest.param(
            replace(SHARED, band="示例", state="拟定结果"), YELLOW, id="sample"
        ),
    ],
)
def test_a_share_picture_says_above_what_it_is(shared, colour):
    for picture in (
        draw_winner(shared, WINNER, make_photo()),
        draw_winners(shared, "十面红旗", [WINNER] * 10),
    ):
        assert picture.size == (1200, 630)
        assert picture.getpixel((8, 8)) == colour


def test_a_share_picture_stays_small():
    assert len(as_jpeg(draw_winner(SHARED, WINNER, make_photo()))) <= MOST_BYTES


@pytest.mark.parametrize("count", [0, 1, 3, 10, 20])
def test_any_number_of_winners_has_room(count):
    assert draw_winners(SHARED, "红旗", [WINNER] * count).size == (1200, 630)


def test_the_frame_stands_inside_what_printers_leave_white():
    picture = draw_certificate(CERTIFICATE)

    edge = picture.crop((0, 0, certificates.WIDTH, 100))

    assert edge.getcolors() == [(edge.width * edge.height, (255, 253, 247))]
