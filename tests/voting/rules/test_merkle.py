"""The tree against published vectors, and against the definition of RFC 6962, 2.1, word by word."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    is_consistent,
    leaf_hash,
    nodes_of,
    root_from_inclusion,
    tree_root,
)

# The vectors that implementations of Certificate Transparency share.
DATA = [
    bytes.fromhex(data)
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [leaf_hash(data) for data in DATA]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SECOND_LEAF = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
THIRD_AND_FOURTH = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
LAST_FOUR = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
FIFTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LAST_TWO = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
FIFTH_AND_SIXTH = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"


def hexes(path: list[bytes]) -> list[str]:
    return [each.hex() for each in path]


def test_roots_are_the_published_ones():
    assert EMPTY_ROOT.hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert [tree_root(LEAVES[:size]).hex() for size in range(1, 9)] == ROOTS


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        pytest.param(0, 1, [], id="the only leaf"),
        pytest.param(0, 8, [SECOND_LEAF, THIRD_AND_FOURTH, LAST_FOUR], id="first of 8"),
        pytest.param(5, 8, [FIFTH, LAST_TWO, ROOTS[3]], id="sixth of 8"),
        pytest.param(2, 3, [ROOTS[1]], id="last of 3"),
        pytest.param(1, 5, [ROOTS[0], THIRD_AND_FOURTH, FIFTH], id="second of 5"),
    ],
)
def test_inclusion_paths_are_the_published_ones(index, size, path):
    assert hexes(inclusion_path(index, size, nodes_of(LEAVES))) == path


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        pytest.param(1, 1, [], id="the same tree"),
        pytest.param(1, 8, [SECOND_LEAF, THIRD_AND_FOURTH, LAST_FOUR], id="1 and 8"),
        pytest.param(6, 8, [FIFTH_AND_SIXTH, LAST_TWO, ROOTS[3]], id="6 and 8"),
        pytest.param(2, 5, [THIRD_AND_FOURTH, FIFTH], id="2 and 5"),
    ],
)
def test_consistency_paths_are_the_published_ones(before, after, path):
    assert hexes(consistency_path(before, after, nodes_of(LEAVES))) == path


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return sha256(b"\x01" + left + right).digest()


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(size)]


sizes = st.integers(min_value=1, max_value=300)


@given(sizes)
def test_the_root_is_that_of_the_definition(size):
    leaves = leaves_of(size)

    assert tree_root(leaves) == root_by_definition(leaves)


@given(sizes, sizes)
def test_a_tree_grows_from_its_frontier_alone(size, more):
    leaves = leaves_of(size + more)
    before = Frontier().extended(leaves[:size])
    kept = Frontier.from_bytes(before.size, bytes(before))

    after = kept.extended(leaves[size:])

    assert after.root() == root_by_definition(leaves)
    assert len(after.peaks) == (size + more).bit_count()


@given(sizes, st.data())
def test_every_leaf_has_its_proof_and_no_other_leaf_has_it(size, data):
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != index) if size > 1 else st.none())  # fmt: skip
    path = inclusion_path(index, size, nodes_of(leaves))
    root = tree_root(leaves)

    assert root_from_inclusion(index, size, leaves[index], path) == root
    assert root_from_inclusion(index, size, leaf_hash(b"other"), path) != root
    if other is not None:
        assert root_from_inclusion(other, size, leaves[index], path) != root
    assert root_from_inclusion(index, size, leaves[index], [*path, root]) != root
    if path:
        assert root_from_inclusion(index, size, leaves[index], path[:-1]) != root


@given(sizes, sizes)
def test_a_tree_is_consistent_with_every_tree_before_it(one, other):
    before, after = sorted((one, other))
    leaves = leaves_of(after)
    older, newer = tree_root(leaves[:before]), tree_root(leaves)

    path = consistency_path(before, after, nodes_of(leaves))

    assert is_consistent(before, after, older, newer, path)


@given(st.integers(2, 200), st.data())
def test_a_tree_in_which_one_older_leaf_was_changed_is_not_consistent(after, data):
    before = data.draw(st.integers(1, after - 1))
    changed_at = data.draw(st.integers(0, before - 1))
    leaves = leaves_of(after)
    older = tree_root(leaves[:before])
    leaves[changed_at] = leaf_hash(b"changed")

    path = consistency_path(before, after, nodes_of(leaves))

    assert not is_consistent(before, after, older, tree_root(leaves), path)


@given(st.integers(2, 100), st.data())
def test_a_proof_with_one_changed_part_shows_nothing(after, data):
    before = data.draw(st.integers(1, after - 1))
    leaves = leaves_of(after)
    path = consistency_path(before, after, nodes_of(leaves))
    place = data.draw(st.integers(0, len(path) - 1))
    older, newer = tree_root(leaves[:before]), tree_root(leaves)

    path[place] = leaf_hash(b"changed")

    assert not is_consistent(before, after, older, newer, path)


@pytest.mark.parametrize(
    ("index", "size"),
    [
        pytest.param(-1, 3, id="before the first"),
        pytest.param(3, 3, id="behind the last"),
        pytest.param(0, 0, id="of an empty tree"),
    ],
)
def test_there_is_no_proof_of_a_leaf_outside(index, size):
    with pytest.raises(ValueError, match="is not among"):
        inclusion_path(index, size, nodes_of(LEAVES))
    assert root_from_inclusion(index, size, LEAVES[0], []) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [pytest.param(0, 3, id="empty before"), pytest.param(4, 3, id="reversed")],
)
def test_there_is_no_proof_between_trees_out_of_order(before, after):
    with pytest.raises(ValueError, match="is not before"):
        consistency_path(before, after, nodes_of(LEAVES))
    assert not is_consistent(before, after, LEAVES[0], LEAVES[1], [LEAVES[2]])


def test_a_node_never_passes_for_a_leaf():
    left, right = LEAVES[:2]

    assert leaf_hash(left + right) != tree_root([left, right])
