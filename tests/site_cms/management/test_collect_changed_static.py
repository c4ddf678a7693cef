import os
import time

import pytest
from django.core.management import call_command


@pytest.fixture
def source(settings, tmp_path):
    """One folder of static files, collected into another."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "site.css").write_text("p { color: red }", encoding="utf-8")
    settings.STATICFILES_FINDERS = [
        "django.contrib.staticfiles.finders.FileSystemFinder"
    ]
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "static"
    return source


def collect(capsys) -> bool:
    call_command("collect_changed_static")
    return capsys.readouterr().out != ""


def test_files_are_collected_once(source, settings, capsys):
    assert collect(capsys)
    assert not collect(capsys)
    assert (settings.STATIC_ROOT / "site.css").read_text() == "p { color: red }"


def test_a_changed_file_is_collected_again(source, settings, capsys):
    collect(capsys)
    (source / "site.css").write_text("p { color: darkred }", encoding="utf-8")
    later = time.time() + 60
    os.utime(source / "site.css", (later, later))

    assert collect(capsys)
    assert (settings.STATIC_ROOT / "site.css").read_text() == "p { color: darkred }"


def test_a_new_file_is_collected(source, settings, capsys):
    collect(capsys)
    (source / "site.js").write_text("0", encoding="utf-8")

    assert collect(capsys)
    assert (settings.STATIC_ROOT / "site.js").exists()
