"""What can be said of the files of deploy/ without starting them."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.county import DEPLOY, ROOT, Unit, render, values_for

UNITS = sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))


@pytest.fixture
def rendered(tmp_path) -> Path:
    values = values_for(tmp_path)
    assert render(values, tmp_path).returncode == 0
    out = tmp_path / "out"
    (out / "environment").rename(out / "etc")
    for script in (out / "scripts").iterdir():
        shutil.copy(script, out / "etc")
    return out


def test_a_value_that_lacks_is_named(tmp_path):
    values = values_for(tmp_path)
    del values["TLS_KEY"]

    done = render(values, tmp_path)

    assert (done.returncode, "needs a value for TLS_KEY" in done.stderr) == (1, True)


def test_a_value_that_no_file_asks_for_is_named(tmp_path):
    done = render(values_for(tmp_path) | {"TLS_KEYS": "slip"}, tmp_path)

    assert (done.returncode, "no file asks for TLS_KEYS" in done.stderr) == (1, True)


def test_the_delivered_values_are_all_that_is_asked_for(tmp_path):
    done = subprocess.run(
        ["python3", DEPLOY / "render.py", DEPLOY / "site.values", tmp_path / "out"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_units_are_as_systemd_wants_them(rendered):
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd-analyze is not installed")
    units = [
        path
        for path in (rendered / "systemd").iterdir()
        if path.suffix in {".service", ".timer"}
    ]

    done = subprocess.run(
        [analyze, "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_in_a_sandbox(name):
    text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8")

    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes"):
        assert f"\n{line}\n" in text
    assert "\nCapabilityBoundingSet=" in text


def test_only_migrations_get_the_owners_database(rendered):
    owners = [
        name
        for name in UNITS
        if "hongqi_owner"
        in str(Unit(rendered / "systemd" / name, "8001").environment.values())
    ]

    assert owners == ["hongqi-backup.service", "hongqi-migrate.service"]


def test_web_environment_names_what_production_requires(rendered):
    production = (ROOT / "site_cms/settings/production.py").read_text(encoding="utf-8")
    required = {
        node.args[0].value
        for node in ast.walk(ast.parse(production))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "required"
    }
    text = (rendered / "etc" / "web.env").read_text(encoding="utf-8")

    assert required - set(re.findall(r"^(\w+)=", text, re.MULTILINE)) == set()


@pytest.mark.parametrize("script", sorted((DEPLOY / "scripts").iterdir(), key=str))
def test_scripts_can_be_read_by_bash(script):
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
