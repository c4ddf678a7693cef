import os
import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from site_cms.privacy.errors import KeyExists, KeyIsWrong, KeyMissing, KeyNotWritten
from site_cms.privacy.keys import create_key, destroy_key, fingerprint, read_key


@pytest.fixture(autouse=True)
def keys_dir(tmp_path, settings):
    settings.KEYS_DIR = tmp_path / "keys"
    return settings.KEYS_DIR


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_key_is_read_again_by_its_fingerprint():
    key = create_key("poll-7")

    assert len(key) == 32
    assert read_key("poll-7", fingerprint(key)) == key


def test_only_the_owner_can_read_the_file_and_nothing_else_is_left(keys_dir):
    create_key("poll-7")

    assert [path.name for path in keys_dir.iterdir()] == ["poll-7.key"]
    assert (mode(keys_dir), mode(keys_dir / "poll-7.key")) == (0o700, 0o600)


def test_two_keys_differ():
    assert create_key("poll-7") != create_key("poll-8")


def test_key_is_never_overwritten():
    key = create_key("poll-7")

    with pytest.raises(KeyExists, match="已经存在，没有覆盖"):
        create_key("poll-7")

    assert read_key("poll-7", fingerprint(key)) == key


def test_of_eight_creators_at_once_one_wins_and_its_key_stays():
    barrier = Barrier(8)

    def create(_):
        barrier.wait()
        try:
            return create_key("poll-7")
        except KeyExists:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [key for key in pool.map(create, range(8)) if key]

    assert len(made) == 1
    assert read_key("poll-7", fingerprint(made[0])) == made[0]


def test_directory_that_is_no_directory_is_told_in_words(keys_dir):
    keys_dir.write_text("a file stands here")

    with pytest.raises(KeyNotWritten, match="请系统管理员检查密钥目录"):
        create_key("poll-7")


def test_missing_key_says_where_to_get_it():
    with pytest.raises(KeyMissing, match=r"“poll-7”不在密钥目录里.*离线备份"):
        read_key("poll-7", "0" * 64)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty file"),
        pytest.param(b"x" * 32, id="another key"),
    ],
)
def test_wrong_key_is_refused(keys_dir, content):
    key = create_key("poll-7")
    (keys_dir / "poll-7.key").write_bytes(content)

    with pytest.raises(KeyIsWrong, match="指纹不一致"):
        read_key("poll-7", fingerprint(key))


def test_key_that_was_read_before_is_refused_once_its_file_is_another(keys_dir):
    key = create_key("poll-7")
    read_key("poll-7", fingerprint(key))
    file = keys_dir / "poll-7.key"

    file.write_bytes(b"x" * 32)
    os.utime(file, (1, 1))

    with pytest.raises(KeyIsWrong, match="指纹不一致"):
        read_key("poll-7", fingerprint(key))


def test_key_that_was_read_before_is_missing_once_its_file_is_gone(keys_dir):
    key = create_key("poll-7")
    read_key("poll-7", fingerprint(key))

    (keys_dir / "poll-7.key").unlink()

    with pytest.raises(KeyMissing):
        read_key("poll-7", fingerprint(key))


def test_key_that_was_read_before_is_refused_to_another_fingerprint(keys_dir):
    key = create_key("poll-7")
    read_key("poll-7", fingerprint(key))

    with pytest.raises(KeyIsWrong, match="指纹不一致"):
        read_key("poll-7", fingerprint(b"x" * 32))


def test_destroyed_key_is_gone_and_destroying_it_again_is_no_error(keys_dir):
    key = create_key("poll-7")

    destroy_key("poll-7")
    destroy_key("poll-7")

    assert list(keys_dir.iterdir()) == []
    with pytest.raises(KeyMissing):
        read_key("poll-7", fingerprint(key))


@pytest.mark.parametrize("name", ["", "../x", "a/b", "Poll", "-x", ".", "x" * 81])
def test_name_cannot_leave_the_directory(name):
    with pytest.raises(ValueError, match="not the name of a key"):
        create_key(name)
