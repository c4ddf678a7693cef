"""Replays on a small invented contest of each kind, and on the real ones where they are at hand."""

import shutil
from pathlib import Path

import pytest

from voting.replays import eurovision, isu
from voting.replays.checks import UnreadableFile
from voting.replays.report import replay_folder, rounding_example, table

INVENTED = Path(__file__).with_name("invented")
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "judging"

needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(),
    reason="the published contests are not beside this checkout (../shared/data/judging)",
)


def counts(checks):
    return {(c.contest, c.name): (c.right, c.of) for c in checks}


def test_every_value_of_the_invented_contests_is_reproduced():
    checks = replay_folder(INVENTED)

    assert [c.first_difference for c in checks if c.is_our_rule] == [""] * 8
    assert counts(checks) == {
        ("ISU", "panel marks"): (8, 8),
        ("ISU", "total component scores"): (4, 4),
        ("ISU", "segment totals"): (4, 4),
        ("ISU", "segment ranks"): (4, 4),
        ("ISU", "verify.py: whole segments"): (2, 2),
        ("ISU", "plain mean: panel marks"): (0, 8),
        ("ISU", "rounding at the end: component scores"): (2, 4),
        ("ISU", "rounding at the end: ranks"): (2, 4),
        ("Eurovision", "televote, jury and total points"): (6, 6),
        ("Eurovision", "places"): (6, 6),
        ("Eurovision", "tie to the jury: places"): (2, 6),
        ("own example", "half-up"): (1, 1),
        ("own example", "banker's rounding"): (0, 1),
    }


@needs_real_data
def test_every_published_value_of_the_real_contests_is_reproduced():
    assert counts(replay_folder(REAL)) == {
        ("ISU", "panel marks"): (1790, 1790),
        ("ISU", "total component scores"): (358, 358),
        ("ISU", "segment totals"): (358, 358),
        ("ISU", "segment ranks"): (358, 358),
        ("ISU", "verify.py: whole segments"): (16, 16),
        ("ISU", "plain mean: panel marks"): (227, 1790),
        ("ISU", "rounding at the end: component scores"): (153, 358),
        ("ISU", "rounding at the end: ranks"): (356, 358),
        ("Eurovision", "televote, jury and total points"): (78, 78),
        ("Eurovision", "places"): (78, 78),
        ("Eurovision", "tie to the jury: places"): (74, 78),
        ("own example", "half-up"): (1, 1),
        ("own example", "banker's rounding"): (0, 1),
    }


def test_the_table_marks_wrong_rules_and_names_the_first_difference(tmp_path):
    changed_copy(tmp_path, isu.FILE, "7.17,12.28", "7.18,12.28")

    printed = table(replay_folder(tmp_path)).splitlines()

    assert printed[1].split() == ["ISU", "panel", "marks", "6", "8", "DIFFERS"]
    assert printed[6].endswith("wrong rule, fails on 8")
    assert printed[-1] == (
        "first difference, ISU, panel marks: Invented Cup, PAIRS FREE SKATING, Ann AAA: "
        "717/100, published 359/50"
    )


def test_a_missing_judge_is_not_a_zero():
    segments = isu.read_segments(INVENTED / isu.FILE)

    assert {(a.seat, a.entry) for s in segments for a in s.inputs.absences} == {
        ("J3", "e2")
    }


def test_equal_totals_are_parted_by_countries_when_the_televote_is_equal_too():
    received = {
        "AA": eurovision.Received(televote=10, jury=5),
        "BB": eurovision.Received(televote=10, jury=5),
    }
    received["AA"].televotes.update([10])
    received["BB"].televotes.update([6, 4])

    ladder = eurovision.climb(["AA", "BB"], eurovision.televote_ladder(received))

    assert (ladder.groups, ladder.between) == ((("BB",), ("AA",)), ("countries",))


def test_bankers_rounding_fails_on_our_own_example():
    half_up, bankers = rounding_example()

    assert not half_up.is_bad
    assert bankers.first_difference == "mean: 7.12, published 7.13"


def test_one_kind_of_contest_alone_is_enough(tmp_path):
    shutil.copy(INVENTED / isu.FILE, tmp_path)

    assert {c.contest for c in replay_folder(tmp_path)} == {"ISU", "own example"}


def changed_copy(folder, name, old, new):
    for path in INVENTED.iterdir():
        text = path.read_text(encoding="utf-8")
        (folder / path.name).write_text(
            text.replace(old, new, 2) if path.name == name else text, encoding="utf-8"
        )


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        pytest.param(
            isu.FILE, "panel_mark", "mark", "no column panel_mark", id="column missing"
        ),
        pytest.param(
            isu.FILE,
            "7.25,7.25",
            "seven,7.25",
            "not an exact number",
            id="not a number",
        ),
        pytest.param(
            isu.FILE, "7.00,7.25", "17.00,7.25", "0 到 10", id="mark out of range"
        ),
        pytest.param(
            eurovision.VOTES_FILE, "12,8", "x,8", "invalid literal", id="bad points"
        ),
        pytest.param(
            eurovision.PLACES_FILE,
            "year,country",
            "year,land",
            "no column country",
            id="places",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_name(tmp_path, name, old, new, words):
    changed_copy(tmp_path, name, old, new)

    with pytest.raises(UnreadableFile, match=words) as refused:
        replay_folder(tmp_path)

    assert name.split("_")[0] in str(refused.value)


def test_a_folder_without_contests_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="no file of published contests"):
        replay_folder(tmp_path)


def test_votes_without_places_are_refused(tmp_path):
    shutil.copy(INVENTED / eurovision.VOTES_FILE, tmp_path)

    with pytest.raises(UnreadableFile, match=eurovision.PLACES_FILE):
        replay_folder(tmp_path)
