import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.draw import draw, is_seed, list_hash, list_text

ENTRIES = [("02", "柳林镇"), ("07", "县教育局"), ("11", "县人民医院")]
SEED = "31415926535897932384"

BY_HAND = """
set -e
cd "$1"
printf '出场顺序\\n02 柳林镇\\n07 县教育局\\n11 县人民医院\\n' > list.txt
LIST=$(sha256sum list.txt | cut -d' ' -f1)
for NUMBER in 02 07 11; do
  printf '%s %s\\n' "$(printf '%s' "$LIST:$2:$NUMBER" | sha256sum | cut -d' ' -f1)" "$NUMBER"
done | sort | cut -d' ' -f2
"""


@pytest.mark.skipif(
    shutil.which("sha256sum") is None, reason="sha256sum is not installed"
)
def test_anybody_can_redo_the_draw_with_sha256sum(tmp_path):
    by_hand = subprocess.run(
        ["sh", "-c", BY_HAND, "sh", str(tmp_path), SEED],
        capture_output=True,
        text=True,
        check=True,
    )

    assert by_hand.stdout.split() == [
        lot.number for lot in draw("出场顺序", ENTRIES, SEED)
    ]


@given(st.permutations(ENTRIES))
def test_the_draw_does_not_depend_on_the_order_in_which_entries_are_given(entries):
    assert draw("出场顺序", entries, SEED) == draw("出场顺序", ENTRIES, SEED)


@pytest.mark.parametrize(
    ("title", "entries", "seed"),
    [
        pytest.param("出场顺序 第二轮", ENTRIES, SEED, id="another purpose"),
        pytest.param("出场顺序", [*ENTRIES, ("12", "新来的")], SEED, id="another list"),
        pytest.param("出场顺序", ENTRIES, SEED + "0", id="another seed"),
    ],
)
def test_list_purpose_and_seed_all_enter_the_hashes(title, entries, seed):
    hashes = {lot.hash for lot in draw("出场顺序", ENTRIES, SEED)}

    assert hashes.isdisjoint(lot.hash for lot in draw(title, entries, seed))


@pytest.mark.parametrize(
    "seed", ["", "1234567", "1234 5678", "12345678\n", "１２３４５６７８", "a" * 201]
)
def test_a_bad_seed_is_refused(seed):
    assert not is_seed(seed)
    with pytest.raises(ValueError, match="seed"):
        draw("出场顺序", ENTRIES, seed)


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        pytest.param([("02", "甲"), ("02", "乙")], "twice", id="a number twice"),
        pytest.param([("02", "甲\n03 乙")], "line feed", id="a hidden line"),
    ],
)
def test_a_list_that_could_be_read_in_two_ways_is_refused(entries, complaint):
    with pytest.raises(ValueError, match=complaint):
        list_text("出场顺序", entries)


def test_three_digit_numbers_come_after_two_digit_ones():
    text = list_text("出场顺序", [("100", "丙"), ("99", "乙"), ("02", "甲")])

    assert text == "出场顺序\n02 甲\n99 乙\n100 丙\n"
    assert len(list_hash(text)) == 64
