"""verify.py as everybody runs it: a file of its own, any Python from 3.9 on."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.voting.verify.bundles import honest, with_sums, write_folder, write_zip
from voting import verify
from voting.log.models import Kind

PROGRAM = Path(verify.__file__)


def oldest_python() -> str | None:
    """A Python 3.9, if this machine has one."""
    for path in [shutil.which("python3.9"), *Path.home().glob(".pyenv/versions/3.9*")]:
        program = Path(path or "/nowhere")
        program = program / "bin/python" if program.is_dir() else program
        if program.exists():
            found = subprocess.run([program, "-V"], capture_output=True, text=True)
            if found.stdout.startswith("Python 3.9"):
                return str(program)
    return None


def run(*words, python=sys.executable, cwd=None):
    return subprocess.run(
        # Alone: no site packages, nothing of the project beside it.
        [python, "-I", "-S", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        check=False,
    )


@pytest.fixture
def bundle(tmp_path):
    files = honest().files() | {"verify.py": PROGRAM.read_bytes()}
    return write_zip(with_sums(files), tmp_path / "bundle.zip")


@pytest.fixture
def program(tmp_path):
    """The file alone, as it was taken out of the zip."""
    return shutil.copy(PROGRAM, tmp_path / "verify.py")


def test_it_is_written_for_python_3_9_and_imports_the_standard_library_alone():
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module]
            if isinstance(node, ast.ImportFrom)
            else [each.name for each in node.names]
        )
    }

    assert names <= sys.stdlib_module_names | {"__future__"}


def test_it_knows_every_kind_of_statement_that_the_site_makes():
    assert set(Kind.values) == verify.KINDS


def test_a_bundle_checks_itself(bundle, program, tmp_path):
    found = run(program, bundle, cwd=tmp_path)

    assert (found.returncode, found.stderr) == (0, "")
    assert "07                60  县教育局" in found.stdout
    assert found.stdout.endswith("\n一致 equal\n")


@pytest.mark.skipif(oldest_python() is None, reason="no Python 3.9 here")
def test_a_bundle_checks_itself_with_python_3_9(bundle, program, tmp_path):
    found = run(program, bundle, "--json", python=oldest_python(), cwd=tmp_path)
    newer = run(program, bundle, "--json", cwd=tmp_path)

    assert (found.returncode, found.stderr, found.stdout) == (0, "", newer.stdout)


def test_machines_get_json(bundle, program):
    found = json.loads(run(program, bundle, "--json").stdout)

    assert found["verdict"] == "equal"
    assert found["totals"][0] == {
        "number": "07",
        "unit": "县教育局",
        "given": {"1": 60},
    }


def test_a_refusal_is_a_sentence_in_both_languages(program, tmp_path):
    files = with_sums(honest().files())
    files["heads.txt"] += b"x\n"
    folder = write_folder(files, tmp_path / "bundle")

    found = run(program, folder)
    told = json.loads(run(program, folder, "--json").stdout)

    assert found.returncode == 1
    title, zh, en = found.stdout.splitlines()
    assert title == "拒绝 REFUSED"
    assert zh.startswith("heads.txt：内容的 SHA-256 是 ")
    assert en.startswith("heads.txt: the SHA-256 of the content is ")
    assert {key: told[key] for key in ("verdict", "check", "file", "line")} == {
        "verdict": "refused",
        "check": "sums",
        "file": "heads.txt",
        "line": 0,
    }


def test_every_refusal_has_its_sentence_in_both_languages():
    assert all(
        zh.endswith("。") or zh.endswith("}") for zh, _ in verify.REASONS.values()
    )
    assert all(
        en.endswith(".") or en.endswith("}") for _, en in verify.REASONS.values()
    )


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nothing.zip"],
        ["bundle.zip", "--key", "x"],
        ["bundle.zip", "more"],
        ["follow", "https://vote.example.cn/log/linxi/"],
        ["receipt"],
        ["receipt", "nothing.json"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_told_from_a_refusal(words, program, bundle, tmp_path):
    found = run(program, *words, cwd=tmp_path)

    assert found.returncode == 2
    assert "Traceback" not in found.stderr
    assert found.stderr


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"PK\x03\x04" + bytes(26), b"\xff" * 100, b"log"],
    ids=["empty", "two letters", "a header of nothing", "rubbish", "text"],
)
def test_rubbish_is_refused_without_a_traceback(data, program, tmp_path):
    path = tmp_path / "rubbish.zip"
    path.write_bytes(data)

    found = run(program, path)

    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.startswith("拒绝 REFUSED\n")


def test_a_terminal_that_knows_no_chinese_is_no_obstacle(program, bundle):
    found = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8=0", program, bundle],
        capture_output=True,
        env={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
        check=False,
    )

    assert found.returncode == 0
    assert b"equal" in found.stdout


def test_those_who_wait_see_how_far_it_is(bundle, capsys, monkeypatch):
    monkeypatch.setattr(verify.Progress, "EVERY", 0)

    assert verify.main([str(bundle)]) == 0
    assert "… 叶 / leaves 203 / 203" in capsys.readouterr().err
    assert verify.main([str(bundle), "--quiet"]) == 0
    assert capsys.readouterr().err == ""
