"""How long somebody waits who typed a wrong password."""

from datetime import timedelta

# So many slips cost nothing.
FREE_FAILURES = 4

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)

# After so long without a failure the count begins anew.
MEMORY = timedelta(hours=24)


def wait_after(failures: int) -> timedelta:
    """The pause before the next try: nothing for the first slips, then doubling.

    >>> [wait_after(failures).seconds for failures in (4, 5, 6, 7, 99)]
    [0, 30, 60, 120, 900]
    """
    beyond = failures - FREE_FAILURES
    if beyond <= 0:
        return timedelta()
    return min(FIRST_WAIT * 2 ** min(beyond - 1, 10), LONGEST_WAIT)
