"""Byte for byte against the examples that the providers' documents print."""

from datetime import UTC, datetime

import pytest

from site_cms.messaging import aliyun, tencent


def test_aliyun_signs_like_its_documented_example():
    assert aliyun.signed_headers(
        access_key_id="YourAccessKeyId",
        access_key_secret="YourAccessKeySecret",
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        query=aliyun.canonical_query(
            {
                "RegionId": "cn-shanghai",
                "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            }
        ),
        nonce="3156853299f313e23d1673dc12e1703d",
        now=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
    ) == {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
        "Authorization": (
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
            "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
            "x-acs-signature-nonce;x-acs-version,"
            "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        ),
    }


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        pytest.param("a b", "a%20b", id="a space is no plus"),
        pytest.param("*", "%2A", id="star"),
        pytest.param("~-_.", "~-_.", id="unreserved"),
        pytest.param("a/b=c&d", "a%2Fb%3Dc%26d", id="slash, equals, and"),
        pytest.param("红旗", "%E7%BA%A2%E6%97%97", id="Chinese"),
    ],
)
def test_aliyun_escapes_as_rfc_3986_says(value, escaped):
    assert aliyun.canonical_query({"SignName": value}) == f"SignName={escaped}"


def test_tencent_signs_like_its_documented_example():
    # The document prints its keys as asterisks, 32 of them, and signs with these.
    stars = "*" * 32
    body = (
        b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], '
        b'"Name": "instance-name"}]}'
    )
    assert tencent.signed_headers(
        secret_id=f"AKID{stars}",
        secret_key=stars,
        host="cvm.tencentcloudapi.com",
        service="cvm",
        action="DescribeInstances",
        version="2017-03-12",
        region="ap-guangzhou",
        body=body,
        now=datetime.fromtimestamp(1551113065, tz=UTC),
    ) == {
        "Content-Type": "application/json; charset=utf-8",
        "Host": "cvm.tencentcloudapi.com",
        "X-TC-Action": "DescribeInstances",
        "X-TC-Timestamp": "1551113065",
        "X-TC-Version": "2017-03-12",
        "X-TC-Region": "ap-guangzhou",
        "Authorization": (
            f"TC3-HMAC-SHA256 Credential=AKID{stars}/2019-02-25/cvm/tc3_request, "
            "SignedHeaders=content-type;host;x-tc-action, "
            "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
        ),
    }
