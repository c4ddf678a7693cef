"""The tree is written twice: here and in voting.rules, which share no line."""

import pytest

from voting.rules.merkle import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    nodes_of,
    tree_root,
)
from voting.verify import Tree, is_continued, root_of_path

LEAVES = [leaf_hash(bytes([number])) for number in range(40)]
ROOTS = [tree_root(LEAVES[:size]) for size in range(len(LEAVES) + 1)]


def test_both_grow_the_same_tree():
    tree, roots = Tree(), []
    for leaf in LEAVES:
        roots.append(tree.root())
        tree.add(leaf)

    assert [*roots, tree.root()] == ROOTS


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 40])
def test_every_path_leads_to_the_root_and_no_other_does(size):
    node = nodes_of(LEAVES[:size])
    for index in range(size):
        path = inclusion_path(index, size, node)
        assert root_of_path(index, size, LEAVES[index], path) == ROOTS[size]
        assert root_of_path(index, size, LEAVES[index - 1], path) != ROOTS[size] or (
            size == 1
        )
        assert root_of_path(index, size, LEAVES[index], [*path, bytes(32)]) is None
        assert root_of_path(index, size, LEAVES[index], path[:-1]) != ROOTS[size] or (
            not path
        )
    assert root_of_path(size, size, LEAVES[0], []) is None


@pytest.mark.parametrize("second", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 40])
def test_every_older_tree_is_shown_to_be_continued_and_no_other(second):
    node = nodes_of(LEAVES[:second])
    for first in range(1, second + 1):
        path = consistency_path(first, second, node)
        old, new = ROOTS[first], ROOTS[second]
        assert is_continued(first, second, old, new, path)
        assert not is_continued(first, second, bytes(32), new, path)
        assert not is_continued(first, second, old, bytes(32), path)
        assert not is_continued(first, second, old, new, [*path, bytes(32)])
        if path:
            assert not is_continued(first, second, old, new, path[:-1])
            assert not is_continued(first, second, old, new, [bytes(32), *path[1:]])
    assert not is_continued(second + 1, second, ROOTS[0], ROOTS[second], [])
    assert not is_continued(0, second, ROOTS[0], ROOTS[second], [])
