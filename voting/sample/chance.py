"""What looks like chance in the sample, and is the same in every installation."""

import hashlib


def share(*names: str) -> float:
    """A number from 0 up to 1 that belongs to these names.

    >>> share("07", "pace") == share("07", "pace") != share("08", "pace")
    True
    """
    digest = hashlib.sha256("|".join(names).encode()).digest()
    return int.from_bytes(digest[:6]) / 256**6
