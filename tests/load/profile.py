"""``python -m tests.load.profile``: where the time of a ballot goes, part by part.

One process, one thread, PostgreSQL and Redis beside it. First what a ballot and a form that
stores nothing take of the processor, in turns and without a profiler. The quietest tenth is
the same on a busy machine as on an idle one; the middle is not. Then the share of each part:
what its functions took with all that they called, which holds the profiler's own cost too.
"""

import cProfile
import os
import pstats
import sys
from statistics import median, quantiles
from time import process_time

from tests.load.figures import tell
from tests.services.restartable import Restartable
from tests.services.site import Site, county

TURNS, A_TURN = 20, 50
WARMING_UP = 200
PROFILED = 1_000

# File and function; the first that was not inside another of them counts.
PARTS = {
    "limits: counting in Redis": [("gate/decorators.py", "_seconds_to_wait")],
    "who votes: device cookie": [("voters/registry.py", "recognise")],
    "the form: choices": [
        ("polls/forms.py", "ballot_form"),
        ("polls/forms.py", "is_valid"),
    ],
    "the signed request key": [("polls/nonces.py", "read_nonce")],
    "proof of work: checking it": [("polls/hardness.py", "done_difficulty")],
    "signals of the request": [("polls/signals.py", "signals_of")],
    "keys of the voter": [("voters/keys.py", "voter_keys")],
    "storing: INSERT and COMMIT": [("polls/casting.py", "insert_ballot")],
    "the receipt": [("polls/services.py", "_receipt")],
    "cookies of the answer": [
        ("polls/draft.py", "drop_draft"),
        ("polls/mine.py", "keep_number"),
    ],
    "finding the view": [("core/handlers/base.py", "resolve_request")],
    "forgery check (CSRF), reading the form": [
        ("middleware/csrf.py", "process_view"),
        ("middleware/csrf.py", "process_request"),
    ],
    "health check of the connection": [
        ("base/base.py", "close_if_health_check_failed")
    ],
}


def main() -> None:
    with county("tests.load.settings_county") as here:
        tell("making the tables")
        here.prepare()
        os.environ.update(here.environment)
        # Django is set up before models are imported, and needs the environment.
        import django  # noqa: PLC0415

        django.setup()
        from tests.load.one_process import OneProcess  # noqa: PLC0415

        process = OneProcess()
        process.send_all(process.forms(WARMING_UP))
        process.send_all(process.ballots(WARMING_UP))
        ballot = _print_processor_time(process, here)
        tell("with the profiler")
        requests = process.ballots(PROFILED)
        profiler = cProfile.Profile(process_time)
        profiler.enable()
        process.send_all(requests)
        profiler.disable()
    stats = pstats.Stats(profiler, stream=sys.stdout)
    _print_parts(stats, ballot)
    if "--all" in sys.argv:
        stats.sort_stats("tottime").print_stats(45)
        stats.sort_stats("cumulative").print_stats(110)


def _print_processor_time(process, here: Site) -> float:
    """Returns the quietest tenth of a ballot."""
    forms, ballots = process.forms(TURNS * A_TURN), process.ballots(TURNS * A_TURN)
    of_forms: list[float] = []
    of_ballots: list[float] = []
    servers = {"PostgreSQL": here.postgresql.server, "Redis": here.redis.server}
    used = dict.fromkeys(servers, 0.0)
    for start in range(0, len(ballots), A_TURN):
        turn = slice(start, start + A_TURN)
        of_forms += process.seconds_of(forms[turn])
        before = _used(servers)
        of_ballots += process.seconds_of(ballots[turn])
        used = {
            name: used[name] + after - before[name]
            for name, after in _used(servers).items()
        }
    sys.stdout.write(f"{'us of the processor':<44}{'quiet':>8}{'middle':>8}\n")
    for words, times in (
        ("a form that stores nothing", of_forms),
        ("a ballot", of_ballots),
    ):
        sys.stdout.write(
            f"{words:<44}{_quiet(times) * 1e6:>8,.0f}{median(times) * 1e6:>8,.0f}\n"
        )
    for name, seconds in used.items():
        sys.stdout.write(
            f"{f'{name} for a ballot':<44}{'':>8}{seconds / len(ballots) * 1e6:>8,.0f}\n"
        )
    return _quiet(of_ballots)


def _used(servers: dict[str, Restartable]) -> dict[str, float]:
    return {name: server.processor_seconds() for name, server in servers.items()}


def _quiet(times: list[float]) -> float:
    return quantiles(times, n=10)[0]


def _print_parts(stats: pstats.Stats, ballot: float) -> None:
    whole = stats.total_tt
    rest = whole
    for words, functions in PARTS.items():
        taken = sum(
            found[3]
            for (path, _, name), found in stats.stats.items()
            if any(path.endswith(end) and name == wanted for end, wanted in functions)
        )
        rest -= taken
        sys.stdout.write(_part(words, taken / whole, ballot))
    sys.stdout.write(_part("all else: handler, middleware", rest / whole, ballot))


def _part(words: str, share: float, ballot: float) -> str:
    return f"{words:<44}{share:>8.1%}{share * ballot * 1e6:>8,.0f}\n"


if __name__ == "__main__":
    main()
