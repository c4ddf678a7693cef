"""Every door by which a file comes in."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.images import ImageFile
from wagtail.models import Collection

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.media.errors import UploadRefused
from site_cms.media.models import SiteDocument, SiteImage
from tests.factories import make_operator, sign_in
from tests.site_cms.media.pictures import TRACES, TURNED, photograph, png_bomb, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def editor(client):
    sync_groups()
    return sign_in(client, make_operator(Role.ADMINISTRATOR))


def stored(media_root) -> list[Path]:
    return [path for path in media_root.rglob("*") if path.is_file()]


def traces_in(media_root):
    """What a telephone wrote and what still stands in any byte under media."""
    return [
        (path.name, trace)
        for path in stored(media_root)
        for trace in TRACES
        if trace in path.read_bytes()
    ]


def add(client, file, **fields):
    return client.post(
        "/admin/images/add/",
        {"title": "村道", "file": file, "collection": 1} | fields,
    )


def test_no_trace_in_any_file_under_media_renditions_included(
    client, editor, media_root
):
    add(client, upload(photograph("HEIF"), "IMG_0001.HEIC"))

    image = SiteImage.objects.get()
    for spec in (
        "width-80|format-jpeg",
        "fill-40x40|format-webp",
        "original",
        "max-9x9",
    ):
        image.get_rendition(spec)
    assert len(stored(media_root)) == 5
    assert traces_in(media_root) == []
    assert (image.width, image.height) == (160, 80)
    assert image.file_size == len(image.file.read())


def test_picture_is_stored_upright_with_its_new_size(client, editor):
    add(client, upload(photograph(orientation=TURNED)))

    image = SiteImage.objects.get()
    assert (image.width, image.height) == (80, 160)


def test_several_at_once_are_cleaned(client, editor, media_root):
    response = client.post(
        "/admin/images/multiple/add/",
        {"title": "", "files[]": upload(photograph()), "collection": 1},
        headers={"x-requested-with": "XMLHttpRequest"},
    )

    assert response.json()["success"]
    assert len(stored(media_root)) >= 1
    assert traces_in(media_root) == []


def test_upload_in_the_chooser_is_cleaned(client, editor, media_root):
    client.post(
        "/admin/images/chooser/create/",
        {
            "image-chooser-upload-title": "村道",
            "image-chooser-upload-file": upload(photograph()),
            "image-chooser-upload-collection": 1,
        },
    )

    assert SiteImage.objects.count() == 1
    assert traces_in(media_root) == []


def test_replaced_file_is_cleaned(client, editor, media_root):
    add(client, upload(photograph()))
    image = SiteImage.objects.get()

    client.post(
        f"/admin/images/{image.pk}/",
        {
            "title": "村道",
            "collection": 1,
            "file": upload(photograph("PNG", orientation=TURNED), "new.png"),
        },
    )

    image.refresh_from_db()
    assert (image.width, image.height) == (80, 160)
    assert traces_in(media_root) == []


def test_edit_without_a_new_file_keeps_the_bytes(client, editor):
    add(client, upload(photograph()))
    image = SiteImage.objects.get()
    before = (image.file.name, image.file.read())

    client.post(f"/admin/images/{image.pk}/", {"title": "新名字", "collection": 1})

    image = SiteImage.objects.get()
    assert (image.title, image.file.name, image.file.read()) == ("新名字", *before)


def test_picture_that_code_adds_is_cleaned(media_root):
    SiteImage.objects.create(
        title="村道", file=ImageFile(BytesIO(photograph("WEBP")), name="a.webp")
    )

    assert traces_in(media_root) == []


def test_code_cannot_add_a_bomb(media_root):
    with pytest.raises(UploadRefused):
        SiteImage(
            title="x", file=ImageFile(BytesIO(png_bomb(9000, 9000)), name="a.png")
        ).save()

    assert stored(media_root) == []


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        pytest.param(png_bomb(), "a.png", "最多收 4000 万像素", id="bomb"),
        pytest.param(b"\0" * 10_485_761, "a.jpg", "打不开", id="too many empty bytes"),
        pytest.param(photograph() + b"\0" * 10_485_760, "a.jpg", "超过 10 MB", id="large"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "只收 JPG", id="SVG"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.jpg", "打不开", id="SVG as JPG"),
        pytest.param(b"<!doctype html><script>1</script>", "a.html", "打不开", id="HTML"),
        pytest.param(photograph("PNG"), "a.jpg", "内容却是 png", id="PNG as JPG"),
        pytest.param(photograph(), "a.gif", "只收 JPG", id="JPG as GIF"),
        pytest.param(photograph()[:-200], "a.jpg", "打不开", id="cut off"),
        pytest.param(b"", "a.jpg", "", id="empty"),
    ],
)  # fmt: skip
def test_refusal_is_a_sentence_at_the_field(
    client, editor, media_root, content, name, sentence
):
    response = add(client, upload(content, name))

    assert response.status_code == 200
    errors = response.context["form"].errors["file"]
    assert sentence in errors[0]
    assert stored(media_root) == []


def office(folder: str) -> bytes:
    output = BytesIO()
    with ZipFile(output, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
    return output.getvalue()


def add_document(client, content, name):
    return client.post(
        "/admin/documents/add/",
        {"title": "通知", "file": upload(content, name), "collection": 1},
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"%PDF-1.7\n...", "通知.pdf", id="PDF"),
        pytest.param(office("word"), "a.docx", id="Word"),
        pytest.param(office("xl"), "a.XLSX", id="Excel"),
        pytest.param("编号,单位\n01,教育局".encode("gb18030"), "a.csv", id="CSV"),
    ],
)
def test_document_is_handed_out_and_never_shown(client, editor, content, name):
    add_document(client, content, name)

    document = SiteDocument.objects.get()
    response = client.get(document.url)

    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == content


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        pytest.param(b"<html>", "a.html", "只收 PDF", id="HTML"),
        pytest.param(b"MZ", "a.exe", "只收 PDF", id="program"),
        pytest.param(b"%PDF-1.7", "a", "只收 PDF", id="no extension"),
        pytest.param(b"<html><script>", "a.pdf", "内容却不是", id="HTML as PDF"),
        pytest.param(b"<html><script>", "a.csv", "内容却不是", id="HTML as CSV"),
        pytest.param(b"PK\x03\x04rubbish", "a.docx", "内容却不是", id="broken zip"),
        pytest.param(office("xl"), "a.docx", "内容却不是", id="Excel as Word"),
        pytest.param(b"%PDF" + b"\0" * 20_971_520, "a.pdf", "超过 20 MB", id="large"),
    ],
)
def test_document_is_refused_in_words(
    client, editor, media_root, content, name, sentence
):
    response = add_document(client, content, name)

    assert sentence in response.context["form"].errors["file"][0]
    assert stored(media_root) == []


def test_root_collection_is_number_one():
    assert Collection.get_first_root_node().pk == 1
