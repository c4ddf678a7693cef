import pytest

from site_cms.media import films
from site_cms.media.captions import captions_in
from site_cms.media.errors import UploadRefused
from site_cms.media.films import CleanFilm, film_in
from tests.site_cms.media.films import (
    CAPTIONS,
    DATED,
    PLACE,
    UPRIGHT,
    as_file,
    box,
    film,
    track,
)


def cleaned(content: bytes, chunk_size: int = 64 * 1024) -> bytes:
    return b"".join(CleanFilm.of(as_file(content)).chunks(chunk_size))


@pytest.mark.parametrize("chunk_size", [7, 100, 65_536])
def test_a_film_keeps_picture_and_sound_and_loses_place_time_and_names(chunk_size):
    before = film()

    after = cleaned(before, chunk_size)

    assert len(after) == len(before)
    assert b"picture" * 50 in after
    for trace in (PLACE, b"somebody", b"someone", DATED, b"udta", b"meta"):
        assert trace not in after
    assert film_in(as_file(after)).seconds == 75


@pytest.mark.parametrize(
    ("options", "size", "sound"),
    [
        pytest.param({}, (1280, 720), True, id="lying"),
        pytest.param({"matrix": UPRIGHT}, (720, 1280), True, id="held upright"),
        pytest.param({"sound": False}, (1280, 720), False, id="silent"),
        pytest.param({"codec": b"avc3"}, (1280, 720), True, id="parameters in stream"),
    ],
)
def test_a_film_says_its_size_and_whether_it_has_sound(options, size, sound):
    found = film_in(as_file(film(**options)))

    assert ((found.width, found.height), found.has_sound) == (size, sound)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(film(brand=b"qt  "), films.NOT_MP4, id="MOV of a telephone"),
        pytest.param(film(codec=b"hvc1"), films.NOT_H264, id="HEVC"),
        pytest.param(film(other=track(b"meta", b"gpmd")), films.OTHER_DATA, id="places as a track"),
        pytest.param(b"\x1aE\xdf\xa3" + bytes(100), films.BROKEN, id="WebM"),
        pytest.param(b"<html>" + bytes(100), films.BROKEN, id="HTML"),
        pytest.param(box(b"free", b"x") + film(), films.NOT_MP4, id="something before it"),
        pytest.param(film()[:-100], films.BROKEN, id="cut off"),
        pytest.param(film() + b"PK\3\4 hidden", films.BROKEN, id="something behind it"),
        pytest.param(film(seconds=0), films.BROKEN, id="no length"),
        pytest.param(box(b"ftyp", b"isom") + box(b"mdat"), films.BROKEN, id="no index"),
        pytest.param(box(b"ftyp", b"isom") + box(b"free") * 6_000, films.BROKEN, id="endless boxes"),
        pytest.param(b"", films.BROKEN, id="empty"),
    ],
)  # fmt: skip
def test_what_is_no_film_is_refused_in_words(content, said):
    with pytest.raises(UploadRefused) as refused:
        film_in(as_file(content))

    assert refused.value.message == said


def test_a_film_that_is_too_large_is_refused_before_it_is_read(settings):
    settings.SITE_VIDEO_MAX_UPLOAD_SIZE = 1_000

    with pytest.raises(UploadRefused, match="超过 60 MB"):
        film_in(as_file(film(picture=bytes(1_000))))


@pytest.mark.parametrize("cut", range(0, 700, 13))
def test_no_half_a_film_breaks_the_reader(cut):
    with pytest.raises(UploadRefused):
        film_in(as_file(film()[:cut]))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CAPTIONS.encode(), id="UTF-8"),
        pytest.param(CAPTIONS.encode("utf-8-sig"), id="with a mark before it"),
        pytest.param(CAPTIONS.encode("gb18030"), id="GB 18030"),
        pytest.param(CAPTIONS.replace("\n", "\r\n").encode(), id="of Windows"),
        pytest.param(
            b"WEBVTT\n\n"
            + CAPTIONS.replace(",500", ".500").replace(",000", ".000").encode(),
            id="WebVTT already",
        ),
    ],
)
def test_subtitles_become_what_a_browser_reads(content):
    text = captions_in(as_file(content, "a.srt")).read().decode()

    assert text.startswith("WEBVTT\n\n")
    assert "00:00:01.500 --> 00:00:03.000\n路修好了" in text


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"<html>", "路修好了".encode(), b"WEBVTT", b"a\0b"],
)
def test_what_is_no_subtitles_is_refused(content):
    with pytest.raises(UploadRefused, match="不是字幕文件"):
        captions_in(as_file(content, "a.srt"))
