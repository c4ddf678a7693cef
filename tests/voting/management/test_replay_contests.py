from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

INVENTED = Path(__file__).parents[1] / "replays" / "invented"


def test_the_command_prints_a_table_of_exact_values():
    out = StringIO()

    call_command("replay_contests", str(INVENTED), stdout=out)

    verdicts = [line.rsplit("  ", 1)[1] for line in out.getvalue().splitlines()[1:]]
    assert verdicts.count("exact") == 8
    assert sum(verdict.startswith("wrong rule, fails") for verdict in verdicts) == 5


def test_the_command_fails_on_a_difference(tmp_path):
    for path in INVENTED.iterdir():
        text = path.read_text(encoding="utf-8").replace(
            "2102,BB,12,10,22,1", "2102,BB,12,10,22,2"
        )
        (tmp_path / path.name).write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match="do not reproduce"):
        call_command("replay_contests", str(tmp_path), stdout=StringIO())


def test_the_command_says_that_a_folder_is_empty(tmp_path):
    with pytest.raises(CommandError, match="no file of published contests"):
        call_command("replay_contests", str(tmp_path), stdout=StringIO())
