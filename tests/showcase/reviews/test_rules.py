import pytest

from showcase.reviews.rules import assign, mark_problem, plain, read_number, shares

CRITERION = {"code": "a", "name": "实效", "maximum": "50", "step": "0.5", "weight": "3"}
PEOPLE = [101, 102, 103, 104, 105, 106, 107]


def plan(entries=range(1, 91), reviewers=PEOPLE, each=3, barred=(), fixed=(), seed="s"):
    return assign(
        entries=list(entries),
        reviewers=list(reviewers),
        barred=set(barred),
        fixed=set(fixed),
        each=each,
        seed=seed,
    )


@pytest.mark.parametrize("count", [1, 5, 20, 89, 90])
def test_loads_are_equal_within_one(count):
    load = plan(range(count)).load(PEOPLE).values()

    assert sum(load) == 3 * count
    assert max(load) - min(load) <= 1


def test_each_entry_gets_so_many_different_reviewers():
    pairs = plan().pairs

    assert all(len({p for e, p in pairs if e == entry}) == 3 for entry in range(1, 91))


def test_own_units_are_avoided_and_loads_stay_equal():
    barred = {(entry, PEOPLE[entry % 7]) for entry in range(1, 91)}

    found = plan(barred=barred)

    load = found.load(PEOPLE).values()
    assert found.pairs & barred == set()
    assert max(load) - min(load) <= 1


def test_loads_are_levelled_along_chains():
    barred = {(1, 102), (2, 102), (1, 103), (3, 103)}

    found = plan([1, 2, 3], [101, 102, 103], each=1, barred=barred)

    assert found.load([101, 102, 103]) == {101: 1, 102: 1, 103: 1}


def test_the_same_seed_gives_the_same_plan_and_another_another():
    assert plan() == plan(range(90, 0, -1), reversed(PEOPLE))
    assert plan() != plan(seed="t")


def test_what_stands_already_stays():
    fixed = {(1, 101), (2, 101), (3, 101)}

    found = plan(range(1, 8), each=1, fixed=fixed)

    load = found.load(PEOPLE)
    assert fixed <= found.pairs
    assert max(count for person, count in load.items() if person != 101) <= 1


def test_entries_without_enough_reviewers_are_named():
    found = plan([1, 2], [101, 102], each=2, barred={(2, 101)})

    assert found.short == (2,)
    assert found.pairs == {(1, 101), (1, 102), (2, 102)}


def test_nobody_at_all_can_be_told_too():
    assert plan([1], [], each=1).short == (1,)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("", "“实效”还没有打分。", id="nothing"),
        pytest.param("abc", "“实效”请填数字，例如 50。", id="no number"),
        pytest.param("-1", "“实效”请填数字，例如 50。", id="less than nothing"),
        pytest.param("1e3", "“实效”请填数字，例如 50。", id="an exponent"),
        pytest.param("٣", "“实效”请填数字，例如 50。", id="other digits"),
        pytest.param("9" * 40, "“实效”请填数字，例如 50。", id="endless"),
        pytest.param("50.5", "“实效”最高 50 分，您填的是 50.5。", id="too much"),
        pytest.param(
            "40.3", "“实效”每 0.5 分一档，您填的是 40.3。", id="between steps"
        ),
        pytest.param("0", None, id="zero is a mark"),
        pytest.param("50", None, id="everything"),
        pytest.param(" 40.50 ", None, id="blanks around"),
    ],
)
def test_what_a_mark_can_be(typed, said):
    assert mark_problem(typed, CRITERION) == said


def test_marks_are_kept_in_their_shortest_writing():
    assert [plain(read_number(text)) for text in ("50.00", "007", "0.50", "100")] == [
        "50",
        "7",
        "0.5",
        "100",
    ]


def test_shares_of_a_hundred():
    rows = [CRITERION | {"weight": weight} for weight in ("60", "30", "10")]

    assert [plain(share) for share in shares(rows)] == ["60", "30", "10"]
