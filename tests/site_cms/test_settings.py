"""Settings are read in a process of their own: this one already has some."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "site_cms.settings.production",
    "SECRET_KEY": "k8Fq2-Zr7_Wm1xTn4Yc9Vb6Ld3Hs5Gj0Pa-Ue_Io8RtQwEyMzXk",
    "ALLOWED_HOSTS": "hongqi.example.gov.cn",
    "PUBLIC_ORIGIN": "https://hongqi.example.gov.cn",
    "DATABASE_URL": "postgres://web:secret@127.0.0.1:1/hongqi",
    "REDIS_PAGES_URL": "redis://127.0.0.1:1/0",
    "REDIS_LIMITS_URL": "redis://127.0.0.1:1/1",
    "TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
    "KEYS_DIR": "/nonexistent/keys",
}
REQUIRED = set(PRODUCTION) - {"DJANGO_SETTINGS_MODULE"}


def run(*command, environment):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def read(expression, *, environment):
    return run(
        "-c",
        f"from django.conf import settings; print({expression})",
        environment=environment,
    )


def test_deployment_check_is_clean_in_production():
    check = run(
        "manage.py", "check", "--deploy", "--fail-level=INFO", environment=PRODUCTION
    )

    assert (check.returncode, check.stderr) == (0, "")
    assert "no issues" in check.stdout


@pytest.mark.parametrize("name", sorted(REQUIRED))
@pytest.mark.parametrize("value", [None, " "], ids=["missing", "blank"])
def test_production_does_not_start_without_a_variable_and_names_it(name, value):
    environment = PRODUCTION | {name: value} if value else PRODUCTION.copy()
    if value is None:
        del environment[name]

    started = read("settings.DEBUG", environment=environment)

    assert started.returncode == 1
    assert f"The environment variable {name} is not set." in started.stderr
    assert ".env.example" in started.stderr


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param(
            {"PUBLIC_ORIGIN": "http://hongqi.example.gov.cn"},
            "PUBLIC_ORIGIN must begin with https://",
            id="plain HTTP",
        ),
        pytest.param(
            {"DATABASE_URL": "sqlite:///x.sqlite3"},
            "DATABASE_URL must name a PostgreSQL database",
            id="SQLite",
        ),
        pytest.param(
            {"WORK_DIFFICULTY": "0"},
            "WORK_DIFFICULTY must be at least 1",
            id="no proof of work",
        ),
        pytest.param({"DEMO": "true"}, "DEMO must not be set in production", id="demo"),
        pytest.param(
            {"TRUSTED_PROXIES": "nginx"},
            "TRUSTED_PROXIES must list addresses or networks",
            id="proxy by name",
        ),
    ],
)
def test_production_does_not_start_with(changed, sentence):
    started = read("settings.DEBUG", environment=PRODUCTION | changed)

    assert started.returncode == 1
    assert sentence in started.stderr


def test_production_sends_cookies_over_https_of_this_host_only():
    names = [
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_DOMAIN",
        "CSRF_COOKIE_DOMAIN",
        "SESSION_COOKIE_PATH",
        "CSRF_COOKIE_PATH",
        "SECURE_HSTS_SECONDS >= 31536000",
        "DEBUG",
        "DEMO",
    ]

    started = read(
        f"[{', '.join(f'settings.{name}' for name in names)}]", environment=PRODUCTION
    )

    # A __Host- cookie has no domain, the path / and is sent over HTTPS alone.
    assert ast.literal_eval(started.stdout) == [
        "__Host-session",
        "__Host-csrf",
        *[True, True, True],
        *[None, None],
        *["/", "/"],
        True,
        *[False, False],
    ]


def test_embedded_starts_with_nothing_given_and_keeps_its_secret(tmp_path):
    environment = {
        "DJANGO_SETTINGS_MODULE": "site_cms.settings.embedded",
        "DATA_DIR": str(tmp_path),
    }

    first, second = (
        read("settings.SECRET_KEY", environment=environment) for _ in range(2)
    )

    assert len(first.stdout.strip()) >= 50
    assert first.stdout == second.stdout
    assert (tmp_path / "keys" / "secret-key").stat().st_mode & 0o777 == 0o600


def variables_read() -> set[str]:
    """Names that the code asks the environment for."""
    found = set()
    files = [ROOT / "manage.py"]
    for package in ("site_cms", "showcase", "voting"):
        files += (ROOT / package).rglob("*.py")
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                asked, argument = ast.unparse(node.func), node.args[0]
            elif isinstance(node, ast.Subscript):
                asked, argument = ast.unparse(node.value), node.slice
            else:
                continue
            if re.fullmatch(
                r"env\.\w+|(\w+\.)*required|networks|(os\.)?environ(\.\w+)?|os\.getenv",
                asked,
            ) and isinstance(getattr(argument, "value", None), str):
                found.add(argument.value)
    return found


def test_example_lists_each_variable_that_the_code_reads_and_no_other():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", example, flags=re.MULTILINE)

    assert sorted(listed) == sorted(variables_read())


def test_example_starts_production_once_the_secret_is_filled_in():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    given = dict(re.findall(r"^([A-Z][A-Z_]+)=(.*)$", example, flags=re.MULTILINE)) | {
        "SECRET_KEY": PRODUCTION["SECRET_KEY"]
    }

    assert given.keys() >= REQUIRED
    assert read("settings.DEBUG", environment=given).stdout == "False\n"
