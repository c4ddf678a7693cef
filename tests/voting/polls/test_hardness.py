import pytest

from tests.factories.moments import HOUR, NOW
from voting.polls.arrivals import share_of_arrivals
from voting.polls.hardness import Risk, difficulty_of


@pytest.mark.parametrize(
    ("risk", "expected"),
    [
        pytest.param({}, 100, id="nothing"),
        pytest.param({"address": 0.99}, 100, id="below the limit"),
        pytest.param({"address": 1.0}, 200, id="at the limit"),
        pytest.param({"address": 2.0}, 400, id="twice the limit"),
        pytest.param({"address": 4.0}, 1000, id="four times the limit"),
        pytest.param({"address": 9.9}, 1000, id="just below the ceiling"),
        pytest.param({"network": 2.5}, 400, id="its network is over"),
        pytest.param({"address": 1.2, "network": 4.5}, 1000, id="the worse counts"),
        pytest.param({"share": 0.9}, 100, id="a large share of few"),
        pytest.param({"network": 1.0, "share": 0.4}, 400, id="a large share of many"),
        pytest.param({"network": 1.0, "share": 0.3}, 200, id="a third is not more"),
        pytest.param({"is_counted": False}, 200, id="counters are gone"),
        pytest.param(
            {"address": 9.0, "network": 9.0, "share": 1.0, "is_counted": False},
            1000,
            id="never more than the most",
        ),
    ],
)
def test_difficulty_rises_with_risk(risk, expected):
    assert difficulty_of(Risk("device", **risk), base=100) == expected


@pytest.mark.parametrize("adapter", ["sms", "wechat", "code"])
def test_whoever_was_asked_computes_nothing(adapter):
    assert difficulty_of(Risk(adapter, address=9.0), base=100) == 0


def test_without_a_base_nobody_computes():
    assert difficulty_of(Risk("device", address=9.0), base=0) == 0


def arrive(network, *, times=1, poll_id=1, now=NOW) -> float:
    for _ in range(times):
        share = share_of_arrivals(poll_id=poll_id, network=network, now=now)
    return share


def test_share_is_that_of_the_network_in_its_poll():
    arrive("10.0.0.0/24", times=150)

    assert arrive("10.0.1.0/24", times=50) == 0.25
    assert arrive("10.0.1.0/24", poll_id=2, times=100) == 1.0


def test_share_of_a_few_says_nothing():
    assert arrive("10.0.0.0/24", times=99) == 0.0


def test_share_begins_anew_with_each_window():
    arrive("10.0.0.0/24", times=300)

    assert arrive("10.0.1.0/24", times=100, now=NOW + HOUR) == 1.0


def test_a_flood_of_networks_does_not_fill_the_memory():
    for number in range(20_000):
        share_of_arrivals(poll_id=1, network=str(number), now=NOW)

    assert arrive("10.0.1.0/24", times=9) == 0.0
    assert arrive("7") > 0.0
