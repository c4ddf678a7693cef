from io import BytesIO

import pytest
from PIL import Image, ImageCms

from site_cms.media.cleaning import cleaned
from site_cms.media.errors import UploadRefused
from tests.site_cms.media.pictures import (
    LEFT,
    RIGHT,
    TRACES,
    TURNED,
    photograph,
    png_bomb,
    two_colours,
    upload,
)


def opened(file):
    file.seek(0)
    return Image.open(file)


def near(colour, other, *, tolerance=12):
    return all(abs(a - b) <= tolerance for a, b in zip(colour, other, strict=True))


@pytest.mark.parametrize(
    ("kind", "name", "stored"),
    [
        pytest.param("JPEG", "a.jpeg", ("a.jpg", "JPEG"), id="JPEG"),
        pytest.param("PNG", "a.PNG", ("a.png", "PNG"), id="PNG"),
        pytest.param("WEBP", "a.webp", ("a.webp", "WEBP"), id="WebP"),
        pytest.param("HEIF", "IMG_1.HEIC", ("IMG_1.jpg", "JPEG"), id="iPhone"),
    ],
)
def test_only_the_pixels_are_kept(kind, name, stored):
    dirty = photograph(kind)
    assert any(trace in dirty for trace in TRACES)

    clean = cleaned(upload(dirty, name))

    content = clean.read()
    assert [trace for trace in TRACES if trace in content] == []
    image = opened(clean)
    assert (clean.name, image.format) == stored
    assert dict(image.getexif()) == {}
    assert image.size == (160, 80)
    assert near(image.convert("RGB").getpixel((20, 40)), LEFT)
    assert near(image.convert("RGB").getpixel((140, 40)), RIGHT)


def test_picture_is_turned_upright():
    image = opened(cleaned(upload(photograph(orientation=TURNED))))

    assert image.size == (80, 160)
    assert near(image.getpixel((40, 20)), LEFT)
    assert near(image.getpixel((40, 140)), RIGHT)


def test_what_is_hidden_behind_the_end_is_cut_off():
    dirty = photograph() + b"<html><script>alert(1)</script></html>"

    assert b"<script>" not in cleaned(upload(dirty)).read()


def test_second_picture_of_a_telephone_is_dropped():
    output = BytesIO()
    two_colours().save(
        output, format="MPO", save_all=True, append_images=[two_colours((80, 80))]
    )

    image = opened(cleaned(upload(output.getvalue())))

    assert (image.format, image.size) == ("JPEG", (160, 80))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_png_of_any_kind_is_taken(mode):
    output = BytesIO()
    two_colours(mode="L" if mode == "I;16" else "RGB").convert(mode).save(output, "PNG")

    assert opened(cleaned(upload(output.getvalue(), "a.png"))).size == (160, 80)


def test_transparency_stays():
    output = BytesIO()
    Image.new("RGBA", (8, 8), (1, 2, 3, 0)).save(output, "PNG")

    assert opened(cleaned(upload(output.getvalue(), "a.png"))).getpixel((4, 4))[3] == 0


def test_printers_colours_become_those_of_a_screen():
    output = BytesIO()
    two_colours().convert("CMYK").save(output, "JPEG")

    assert opened(cleaned(upload(output.getvalue()))).mode == "RGB"


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
            id="sRGB",
        ),
        pytest.param(b"broken", id="broken"),
    ],
)
def test_colour_profile_is_applied_and_not_kept(profile):
    output = BytesIO()
    two_colours().save(output, "JPEG", icc_profile=profile)

    image = opened(cleaned(upload(output.getvalue())))

    assert "icc_profile" not in image.info
    assert near(image.getpixel((20, 40)), LEFT)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(png_bomb(), "像素太多，最多收 4000 万像素", id="400 megapixels"),
        pytest.param(png_bomb(8000, 5001), "像素太多", id="a little over 40"),
        pytest.param(photograph()[:-200], "打不开", id="cut off"),
        pytest.param(b"", "打不开", id="empty"),
        pytest.param(b"GIF89a" + b"\0" * 100, "打不开", id="GIF"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "打不开", id="SVG"),
        pytest.param(b"<!doctype html><script>1</script>", "打不开", id="HTML"),
        pytest.param(b"%PDF-1.7", "打不开", id="PDF"),
        pytest.param(photograph()[:300] + b"\xff" * 900, "打不开", id="rubbish inside"),
        pytest.param(b"\0" * (10 * 1024 * 1024 + 1), "超过 10 MB", id="too many bytes"),
    ],
)
def test_refused_in_words(content, sentence):
    with pytest.raises(UploadRefused, match=sentence):
        cleaned(upload(content))


def test_bomb_is_a_small_file():
    assert len(png_bomb()) < 60_000


def test_forty_megapixels_are_taken():
    assert opened(cleaned(upload(png_bomb(8000, 5000), "a.png"))).size == (8000, 5000)


def test_clean_picture_is_not_encoded_twice():
    clean = cleaned(upload(photograph()))

    assert cleaned(clean) is clean
