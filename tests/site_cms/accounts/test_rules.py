import pytest

from site_cms.accounts.rules import wait_after


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        pytest.param(0, 0, id="none"),
        pytest.param(4, 0, id="last free one"),
        pytest.param(5, 30, id="first that costs"),
        pytest.param(6, 60, id="doubled"),
        pytest.param(9, 480, id="doubled again and again"),
        pytest.param(10, 900, id="longest"),
        pytest.param(10_000, 900, id="never longer"),
    ],
)
def test_wait_grows_with_failures(failures, seconds):
    assert wait_after(failures).total_seconds() == seconds
