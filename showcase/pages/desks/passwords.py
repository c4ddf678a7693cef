"""The first password of a unit's account: typed once, from paper."""

import secrets

# Nothing that looks like something else on paper: no 0 o, 1 l i, 2 z, 5 s, 8 b.
ALPHABET = "acdefghjkmnpqrtuvwxy34679"
GROUPS, GROUP = 3, 4


def first_password() -> str:
    """Three groups of four, about 56 bits: good for one sign-in, then it must be changed."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS)
    )
