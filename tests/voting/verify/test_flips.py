"""No byte of a bundle can be changed and still be called equal."""

import random

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from tests.voting.verify.bundles import honest, with_sums, write_folder, write_zip
from voting.verify import Refused, check_bundle, source_at

OPENED = honest().files()
SEALED = honest(opened=False).files(opened=False)
OURS = sorted({*OPENED, *SEALED} - {"README.txt"})


def flipped(data: bytes, place: int, bit: int) -> bytes:
    place %= len(data)
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


@pytest.fixture(scope="module")
def zip_file(tmp_path_factory):
    return write_zip(with_sums(OPENED), tmp_path_factory.mktemp("zip") / "bundle.zip")


@seed(20260601)
@settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.integers(0, 1 << 20), bit=st.integers(0, 7))
@example(place=4, bit=0)
@example(place=10, bit=3)
@example(place=-1, bit=0)
@example(place=-12, bit=0)
@example(place=-30, bit=7)
def test_no_bit_of_the_zip_can_be_changed(zip_file, tmp_path, place, bit):
    path = tmp_path / "changed.zip"
    path.write_bytes(flipped(zip_file.read_bytes(), place, bit))

    with pytest.raises(Refused):
        check_bundle(source_at(path))


@pytest.mark.parametrize("cut", [1, 21, 22, 23, 500, 20_000])
def test_a_zip_that_was_cut_off_or_added_to_is_refused(zip_file, tmp_path, cut):
    data = zip_file.read_bytes()
    for changed in (data[:-cut], data + bytes(cut), bytes(cut) + data, b""):
        path = tmp_path / "changed.zip"
        path.write_bytes(changed)
        with pytest.raises(Refused) as refused:
            check_bundle(source_at(path))
        assert refused.value.check == "container"


@seed(20260602)
@settings(
    max_examples=250,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    opened=st.booleans(),
    name=st.sampled_from(OURS),
    place=st.integers(0, 1 << 20),
    bit=st.integers(0, 7),
)
def test_no_bit_of_the_content_can_be_changed_with_the_hashes_made_anew(
    tmp_path, opened, name, place, bit
):
    files = OPENED if opened else SEALED
    if name not in files:
        return
    changed = with_sums(files | {name: flipped(files[name], place, bit)})

    with pytest.raises(Refused):
        check_bundle(source_at(write_folder(changed, tmp_path / str(opened))))


@seed(20260603)
@settings(
    max_examples=120,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.sampled_from(sorted(OPENED)), chance=st.integers(0, 1 << 30))
def test_lines_cannot_be_dropped_doubled_or_moved(tmp_path, name, chance):
    dice = random.Random(chance)
    lines = OPENED[name].splitlines(keepends=True)
    place, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    moved = list(lines)
    moved.insert(other, moved.pop(place))
    doubled = [*lines[:place], lines[place], *lines[place:]]
    for changed in (lines[:place] + lines[place + 1 :], doubled, moved):
        if changed == lines or name == "README.txt":
            continue
        files = with_sums(OPENED | {name: b"".join(changed)})
        with pytest.raises(Refused):
            check_bundle(source_at(write_folder(files, tmp_path / "bundle")))
