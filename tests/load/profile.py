"""``python -m tests.load.profile``: where the time of a ballot goes, part by part.

One process, one thread, PostgreSQL and Redis beside it: each part is what its functions took
with all that they called. What a profiler costs itself is in every figure, so only the shares
mean something.
"""

import cProfile
import os
import pstats
import sys
from collections.abc import Callable
from time import perf_counter, process_time

from tests.services.site import county

BALLOTS = 1_000

# File and function; the first that was not inside another of them counts.
PARTS = {
    "limits: counting in Redis": [("gate/decorators.py", "_seconds_to_wait")],
    "who votes: device cookie": [("voters/registry.py", "recognise")],
    "the form: choices": [
        ("polls/forms.py", "ballot_form"),
        ("forms/forms.py", "is_valid"),
    ],
    "the signed request key": [("polls/nonces.py", "read_nonce")],
    "proof of work: checking it": [("polls/hardness.py", "done_difficulty")],
    "signals of the request": [("polls/signals.py", "signals_of")],
    "keys of the voter": [("voters/keys.py", "voter_keys")],
    "storing: INSERT and COMMIT": [("polls/casting.py", "insert_ballot")],
    "the receipt": [("polls/services.py", "_receipt")],
    "forgery check (CSRF)": [
        ("middleware/csrf.py", "process_view"),
        ("middleware/csrf.py", "process_request"),
    ],
    "health check of the connection": [
        ("base/base.py", "close_if_health_check_failed")
    ],
}


def main() -> None:
    with county() as here:
        here.prepare()
        os.environ.update(here.environment)
        # Django is set up before models are imported, and needs the environment.
        import django  # noqa: PLC0415

        django.setup()
        from tests.load.one_process import prepared_ballots  # noqa: PLC0415

        cast, requests = prepared_ballots(2 * BALLOTS)
        rate = _rate(cast, requests[:BALLOTS])
        profiler = cProfile.Profile(process_time)
        profiler.enable()
        for request in requests[BALLOTS:]:
            cast(request)
        profiler.disable()
    sys.stdout.write(f"{rate:,.0f} ballots a second in one thread, not profiled\n")
    stats = pstats.Stats(profiler, stream=sys.stdout)
    _print_parts(stats)
    if "--all" in sys.argv:
        stats.sort_stats("tottime").print_stats(45)
        stats.sort_stats("cumulative").print_stats(110)


def _rate(cast: Callable[[bytes], None], requests: list[bytes]) -> float:
    start = perf_counter()
    for request in requests:
        cast(request)
    return len(requests) / (perf_counter() - start)


def _print_parts(stats: pstats.Stats) -> None:
    whole = stats.total_tt
    rest = whole
    for words, functions in PARTS.items():
        taken = sum(
            found[3]
            for (path, _, name), found in stats.stats.items()
            if any(path.endswith(end) and name == wanted for end, wanted in functions)
        )
        rest -= taken
        sys.stdout.write(f"{taken / whole:>7.1%}  {words}\n")
    sys.stdout.write(f"{rest / whole:>7.1%}  all else: handler, middleware, routing\n")


if __name__ == "__main__":
    main()
