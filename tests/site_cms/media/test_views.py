from pathlib import Path

import pytest


@pytest.fixture
def media_folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    for folder in ("images", "original_images", "documents", "wagtail_uploads"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "road.webp").write_bytes(b"picture")
    (tmp_path.parent / "secret.txt").write_text("secret")
    return tmp_path


def test_rendition_is_served_so_that_nothing_in_it_can_run(client, media_folder):
    response = client.get("/media/images/road.webp")

    assert b"".join(response.streaming_content) == b"picture"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "original_images/road.webp",
        "documents/road.webp",
        "wagtail_uploads/road.webp",
        f"images/{'a' * 3_000}.webp",
        "images/absent.webp",
        "images/../original_images/road.webp",
        "%2e%2e/secret.txt",
        "images/",
        "images/road.webp%00",
    ],
)
@pytest.mark.django_db
def test_originals_uploads_documents_and_everything_outside_are_not_found(
    client, media_folder, path
):
    assert client.get(f"/media/{path}").status_code == 404
