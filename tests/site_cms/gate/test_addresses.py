from ipaddress import ip_network

import pytest

from site_cms.gate.addresses import UNKNOWN, bucket, network

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.fixture(autouse=True)
def trusted_proxies(settings):
    settings.TRUSTED_PROXIES = PROXIES


def bucket_of(rf, peer, forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return bucket(rf.get("/", REMOTE_ADDR=peer, **headers))


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        pytest.param("203.0.113.7", "203.0.113.7", id="IPv4"),
        pytest.param("203.0.113.7:5432", "203.0.113.7", id="IPv4 with port"),
        pytest.param("::ffff:203.0.113.7", "203.0.113.7", id="mapped IPv4"),
        pytest.param("[::ffff:203.0.113.7]:80", "203.0.113.7", id="mapped with port"),
        pytest.param("2001:db8:1:2:aa::1", "2001:db8:1:2::/64", id="IPv6 by /64"),
        pytest.param("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64", id="IPv6 with port"),
        pytest.param("fe80::1%eth0", "fe80::/64", id="IPv6 with zone"),
        pytest.param("", UNKNOWN, id="empty"),
        pytest.param("unix:", UNKNOWN, id="socket"),
        pytest.param("1.2.3.4, 5.6.7.8", UNKNOWN, id="list where one belongs"),
        pytest.param("999.1.1.1", UNKNOWN, id="out of range"),
        pytest.param("\x00☃ 'x", UNKNOWN, id="rubbish"),
        pytest.param("010.1.1.1", UNKNOWN, id="octal"),
    ],
)
def test_peer_falls_into_its_bucket(rf, peer, expected):
    assert bucket_of(rf, peer) == expected


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        pytest.param("203.0.113.7", "203.0.113.7", id="one hop"),
        pytest.param("6.6.6.6, 203.0.113.7", "203.0.113.7", id="forged on the left"),
        pytest.param("203.0.113.7, 10.1.1.1", "203.0.113.7", id="two proxies of ours"),
        pytest.param(
            "6.6.6.6, 203.0.113.7:999, 10.1.1.1", "203.0.113.7", id="port in the list"
        ),
        pytest.param("10.9.9.9", "10.9.9.9", id="nothing but proxies"),
        pytest.param("203.0.113.7,, ", "203.0.113.7", id="empty hops"),
        pytest.param("", "10.0.0.1", id="empty header"),
        pytest.param(None, "10.0.0.1", id="no header"),
        pytest.param("203.0.113.7, rubbish", UNKNOWN, id="rubbish from our proxy"),
        pytest.param('"[2001:db8::9]:80"', "2001:db8::/64", id="quoted IPv6 and port"),
        pytest.param("::ffff:203.0.113.7", "203.0.113.7", id="mapped IPv4"),
        pytest.param("," * 5000, "10.0.0.1", id="very many hops"),
    ],
)
def test_behind_a_proxy_of_ours_the_nearest_stranger_counts(rf, forwarded, expected):
    assert bucket_of(rf, "10.0.0.1", forwarded) == expected


def test_mapped_proxy_is_recognised(rf):
    assert bucket_of(rf, "::ffff:10.0.0.1", "203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize("peer", ["203.0.113.9", ""])
def test_header_of_a_stranger_is_not_believed(rf, peer):
    assert bucket_of(rf, peer, "10.0.0.5") == (peer or UNKNOWN)


def test_two_subscribers_of_one_ipv6_provider_are_apart(rf):
    assert bucket_of(rf, "2001:db8:1:2::1") != bucket_of(rf, "2001:db8:1:3::1")


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        pytest.param("203.0.113.7", "203.0.113.0/24", id="IPv4"),
        pytest.param("::ffff:203.0.113.7", "203.0.113.0/24", id="mapped IPv4"),
        pytest.param("2001:db8:1:2::1", "2001:db8:1::/48", id="IPv6"),
        pytest.param("::1", "::/48", id="IPv6 of the machine itself"),
        pytest.param("rubbish", UNKNOWN, id="rubbish"),
    ],
)
def test_neighbours_share_a_network(rf, peer, expected):
    assert network(rf.get("/", REMOTE_ADDR=peer)) == expected
