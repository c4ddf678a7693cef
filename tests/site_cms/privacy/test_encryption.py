import pytest

from site_cms.privacy.encryption import decrypt, encrypt
from site_cms.privacy.errors import CannotDecrypt


def test_text_is_read_again_and_is_not_in_the_clear():
    stored = encrypt("13800000000 县", purpose="phone")

    assert "13800000000" not in stored
    assert decrypt(stored, purpose="phone") == "13800000000 县"


def test_same_text_is_never_stored_the_same_way_twice():
    assert encrypt("x", purpose="phone") != encrypt("x", purpose="phone")


def test_text_of_one_purpose_is_not_readable_for_another():
    with pytest.raises(CannotDecrypt):
        decrypt(encrypt("x", purpose="phone"), purpose="totp")


def test_text_stays_readable_while_the_old_secret_is_a_fallback(settings):
    stored = encrypt("x", purpose="phone")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "new-" + "y" * 50

    assert decrypt(stored, purpose="phone") == "x"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(CannotDecrypt, match="密钥已更换"):
        decrypt(stored, purpose="phone")


@pytest.mark.parametrize("stored", ["", "x", ":", "0123abcd:rubbish", "密:文"])
def test_rubbish_is_refused(stored):
    with pytest.raises(CannotDecrypt):
        decrypt(stored, purpose="phone")


def test_changed_text_is_refused():
    stored = encrypt("x", purpose="phone")
    changed = stored[:-10] + ("A" if stored[-10] != "A" else "B") + stored[-9:]

    with pytest.raises(CannotDecrypt, match="被改动"):
        decrypt(changed, purpose="phone")
