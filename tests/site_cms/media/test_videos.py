"""The door by which a film comes in, and the one by which it goes out."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.media.models import SiteVideo
from site_cms.media.services import add_video
from tests.factories import make_operator, sign_in
from tests.factories.numbers import next_number
from tests.site_cms.media.films import CAPTIONS, PLACE, film, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def editor(client):
    sync_groups()
    return sign_in(client, make_operator(Role.ADMINISTRATOR))


def of_folder(*actions: str):
    """An editor who may do this with the files of one folder, and that folder."""
    folder = Collection.get_first_root_node().add_child(name=f"单位 {next_number()}")
    group = Group.objects.create(name=folder.name)
    for action in actions:
        GroupCollectionPermission.objects.create(
            group=group,
            collection=folder,
            permission=Permission.objects.get(codename=f"{action}_image"),
        )
    user = make_operator(Role.UNIT_EDITOR)
    user.groups.add(group)
    return user, folder


def make_video(tmp_path, **fields) -> SiteVideo:
    path = tmp_path / "film.mp4"
    path.write_bytes(film())
    return add_video(path=path, **{"title": "校门口"} | fields)


def add(client, content=None, **fields):
    return client.post(
        "/admin/videos/new/",
        {"title": "校门口", "file": upload(content or film()), "collection": 1}
        | fields,
    )


def stored(media_root) -> list[Path]:
    return [path for path in media_root.rglob("*") if path.is_file()]


def test_a_film_is_stored_clean_under_a_name_that_nobody_guesses(
    client, editor, media_root
):
    add(client, captions=upload(CAPTIONS.encode(), "字幕.srt"))

    video = SiteVideo.objects.get()
    assert (video.seconds, video.width, video.height) == (75, 1280, 720)
    assert (video.length, video.lacks_captions) == ("1 分 15 秒", False)
    assert video.uploaded_by_user == editor
    names = sorted(path.name for path in stored(media_root))
    assert [len(name) for name in names] == [28, 28]
    assert "校门口" not in str(names)
    assert all(PLACE not in path.read_bytes() for path in stored(media_root))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        pytest.param(b"<svg onload=alert(1)>", "film.mp4", "打不开", id="SVG"),
        pytest.param(film(codec=b"hvc1"), "film.mp4", "不是 H.264", id="HEVC"),
        pytest.param(film(brand=b"qt  "), "film.mp4", "只收 MP4", id="MOV by content"),
    ],
)
def test_a_refusal_is_a_sentence_at_the_field(
    client, editor, media_root, content, name, said
):
    response = client.post(
        "/admin/videos/new/",
        {"title": "校门口", "file": upload(content, name), "collection": 1},
    )

    assert said in response.context["form"].errors["file"][0]
    assert 'value="校门口"' in response.text
    assert stored(media_root) == []


def test_a_name_does_not_decide_what_a_film_is(client, editor):
    add(client, file=upload(film(), "会议.exe"))

    assert SiteVideo.objects.get().file.name.endswith(".mp4")


def test_a_film_cannot_be_swapped_under_a_page_that_shows_it(client, editor, tmp_path):
    video = make_video(tmp_path)
    name = video.file.name

    client.post(
        f"/admin/videos/edit/{video.pk}/",
        {"title": "新名称", "file": upload(film(seconds=9))},
    )

    video.refresh_from_db()
    assert (video.title, video.file.name, video.seconds) == ("新名称", name, 75)


def test_subtitles_are_added_once(client, editor, tmp_path):
    video = make_video(tmp_path)
    for words in ("第一次", "第二次"):
        text = CAPTIONS.replace("路修好了", words)
        client.post(
            f"/admin/videos/edit/{video.pk}/",
            {"title": "校门口", "captions": upload(text.encode(), "a.srt")},
        )

    video.refresh_from_db()
    with video.captions.open() as file:
        assert "第一次" in file.read().decode()


def test_a_deleted_film_leaves_no_file(
    client, editor, tmp_path, media_root, django_capture_on_commit_callbacks
):
    video = make_video(tmp_path)
    assert stored(media_root) != []
    superuser = make_operator(Role.ADMINISTRATOR, is_superuser=True)
    sign_in(client, superuser)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/videos/delete/{video.pk}/")

    assert not SiteVideo.objects.exists()
    assert stored(media_root) == []


def test_a_unit_sees_and_touches_no_film_of_another(client, tmp_path):
    sync_groups()
    _, other = of_folder("add", "change", "choose")
    user, own = of_folder("add", "change", "choose")
    theirs = make_video(tmp_path, title="别人的", collection=other)
    mine = make_video(tmp_path, title="自己的", collection=own)
    client.force_login(user)

    listed = client.get("/admin/videos/").text
    offered = client.get("/admin/video_chooser/").json()["html"]

    for text in (listed, offered):
        assert "自己的" in text
        assert "别人的" not in text
    for address in (
        f"videos/edit/{theirs.pk}/",
        f"videos/delete/{theirs.pk}/",
        f"videos/usage/{theirs.pk}/",
        f"videos/history/{theirs.pk}/",
        f"video_chooser/chosen/{theirs.pk}/",
    ):
        for method in (client.get, client.post):
            response = method(f"/admin/{address}", {"title": "改"})
            assert response.status_code in {302, 403, 405}
            assert "别人的" not in response.content.decode()
    several = client.get(
        "/admin/video_chooser/chosen-multiple/", {"id": [theirs.pk, mine.pk, "x"]}
    )
    assert [each["title"] for each in several.json()["result"]] == ["自己的"]
    theirs.refresh_from_db()
    assert theirs.title == "别人的"
    assert client.get(f"/admin/videos/edit/{mine.pk}/").status_code == 200


def test_a_unit_uploads_into_its_own_folder_from_the_editor(client):
    sync_groups()
    user, own = of_folder("add", "choose")
    client.force_login(user)

    response = client.post(
        "/admin/video_chooser/create/",
        {
            "video-chooser-upload-title": "校门口",
            "video-chooser-upload-file": upload(film()),
        },
    )

    video = SiteVideo.objects.get()
    assert response.json()["result"]["title"] == "校门口"
    assert (video.collection, video.uploaded_by_user) == (own, user)


def test_somebody_without_a_folder_has_no_films(client):
    sync_groups()
    client.force_login(make_operator(Role.UNIT_EDITOR))

    assert client.get("/admin/videos/").status_code == 302
    assert client.post("/admin/video_chooser/create/").status_code == 302


@pytest.mark.parametrize(
    ("asked", "status", "part", "said"),
    [
        pytest.param(None, 200, slice(None), None, id="the whole"),
        pytest.param("bytes=0-3", 206, slice(0, 4), "bytes 0-3/{size}", id="beginning"),
        pytest.param("bytes=10-", 206, slice(10, None), "bytes 10-{last}/{size}", id="rest"),
        pytest.param("bytes=-5", 206, slice(-5, None), "bytes {before}-{last}/{size}", id="end"),
        pytest.param("bytes=4-999999", 206, slice(4, None), "bytes 4-{last}/{size}", id="more than there is"),
        pytest.param("bytes=999999-", 416, slice(0, 0), "bytes */{size}", id="behind the end"),
        pytest.param("bytes=0-1,4-5", 200, slice(None), None, id="several at once"),
        pytest.param("seconds=1-2", 200, slice(None), None, id="rubbish"),
    ],
)  # fmt: skip
def test_a_player_gets_the_part_it_asks_for(
    client, tmp_path, asked, status, part, said
):
    video = make_video(tmp_path)
    with video.file.open() as file:
        whole = file.read()
    size = len(whole)

    response = client.get(video.file.url, headers={"range": asked} if asked else {})

    told = (
        b"".join(response.streaming_content) if response.streaming else response.content
    )
    assert (response.status_code, told) == (status, whole[part])
    if said:
        expected = said.format(size=size, last=size - 1, before=size - 5)
        assert response.headers["Content-Range"] == expected
    if status != 416:
        assert response.headers["Content-Type"] == "video/mp4"
        assert response.headers["Content-Length"] == str(len(told))
        assert response.headers["Accept-Ranges"] == "bytes"
        assert response.headers["Content-Disposition"].startswith("inline")
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_pictures_are_sent_whole(client, media_root):
    folder = media_root / "images"
    folder.mkdir(parents=True)
    (folder / "road.webp").write_bytes(b"picture")

    response = client.get("/media/images/road.webp", headers={"range": "bytes=0-1"})

    assert b"".join(response.streaming_content) == b"picture"
