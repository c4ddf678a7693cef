"""One trial of one build: a crowd votes, things break, the checker counts.

Imported when Django has the settings of the served site.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import cycle

from django.db import Error, connection
from django.utils import timezone

from tests.faults.builds import Build
from tests.faults.checker import Acknowledged, Asked, StoredBallot, Verdict, verdict
from tests.faults.faults import Running, first_faults
from tests.faults.voters import HABITS, NO_ANSWER, Crowd, Request, Steps
from tests.load.databases import copy_database, database
from tests.load.phones import Phone, phones
from tests.load.poll import ENTRIES, prepared_poll
from tests.services.site import Site
from voting.polls.models import Ballot
from voting.polls.nonces import issue_nonce, read_nonce
from voting.polls.queries import poll_key, recount
from voting.polls.receipts import ballot_id_of
from voting.polls.rules import CHOSEN, FrozenPoll, choices_from
from voting.polls.tally import advance_tally, running_total
from voting.polls.voters.keys import voter_keys

THREADS = 12
_STEP = 0.05
# A service that starts again takes seconds. An answer that is none of a ballot's, and never
# will be, would be asked for without end.
_STALLED = 120

HEAD = (
    f"{'build':<15}{'faults':>7}{'ballots':>9}{'lost':>7}{'twice':>7}{'altered':>9}"
    f"{'unknown':>9}{'miscounted':>12}{'500s':>6}{'seconds':>9}  verdict\n"
)


def try_builds(
    here: Site, builds: Sequence[Build], *, ballots: int, faults: int
) -> bool:
    """Try each on a database of its own. Whether each came out as it should."""
    poll, slug = prepared_poll()
    as_expected = True
    sys.stdout.write(HEAD)
    for number, build in enumerate(builds):
        copy_database(build.name)
        with database(build.name):
            build.prepare()
            connection.close()
            trial = Trial(here, build, poll, slug, first=number * 1_000_000)
            as_expected &= trial.run(ballots=ballots, faults=faults)
    return as_expected


class Trial:
    def __init__(
        self, here: Site, build: Build, poll: FrozenPoll, slug: str, *, first: int
    ) -> None:
        self._here = here
        self._build = build
        self._poll = poll
        self._slug = slug
        self._first = first
        self._asked: list[Asked] = []

    def run(self, *, ballots: int, faults: int) -> bool:
        start = time.monotonic()
        voters = list(self._voters(ballots))
        served = self._here.served(
            application=self._build.application,
            workers=2,
            threads=4,
            DATABASE_URL=self._here.postgresql.address(self._build.name),
        )
        with served as (web, port):
            crowd = Crowd(port, iter(voters), threads=THREADS)
            crowd.start()
            broken = self._break(
                Running(web, self._here.postgresql, self._here.redis),
                crowd,
                ballots=ballots,
                faults=faults,
            )
            found = self._verdict(crowd)
        statuses = crowd.told.statuses
        passed = found.is_clean == self._build.is_honest
        errors = sum(n for status, n in statuses.items() if status == 500)
        if self._build.is_honest:
            passed = passed and not errors and broken == faults
        sys.stdout.write(
            f"{self._build.name:<15}{broken:>7}{found.acknowledged:>9}{found.lost:>7}"
            f"{found.counted_twice:>7}{found.altered:>9}{found.unknown:>9}"
            f"{found.miscounted:>12}{errors:>6}{time.monotonic() - start:>9.1f}  "
            f"{self._words(found, passed=passed)}\n"
            f"{'':<15}answers: {_in_words(statuses)}\n"
        )
        sys.stdout.flush()
        return passed

    def _words(self, found: Verdict, *, passed: bool) -> str:
        if self._build.is_honest:
            return "clean, as it must be" if passed else "FAILED"
        return "found out, as it must be" if passed else "NOT FOUND OUT"

    def _break(
        self, running: Running, crowd: Crowd, *, ballots: int, faults: int
    ) -> int:
        """One fault after the other, evenly over the ballots, while the tally goes on.

        Each falls into the middle of its share of the voters; the next share waits for it.
        Returns how many there were.
        """
        coming = first_faults(faults)
        done = 0
        crowd.let_in(ballots // faults)
        finished, progress_at = 0, time.monotonic()
        while crowd.is_busy():
            if crowd.told.finished > finished:
                finished, progress_at = crowd.told.finished, time.monotonic()
            elif time.monotonic() - progress_at > _STALLED:
                raise RuntimeError(
                    f"{self._build.name}: no voter got through for {_STALLED} s;"
                    f" answers: {_in_words(crowd.told.statuses)}"
                )
            if done < faults and crowd.told.finished >= (done + 0.5) * ballots / faults:
                next(coming)(running)
                done += 1
                # The last ones find no voter left, which ends their threads.
                crowd.let_in(
                    ballots * (done + 1) // faults if done < faults else sys.maxsize
                )
            _step_the_tally(self._poll)
            time.sleep(_STEP)
        return done

    def _voters(self, number: int) -> Iterator[Steps]:
        now = timezone.now()
        habits = cycle(HABITS)
        for phone in phones(self._poll, after=self._first, number=number, now=now):
            # From another page: a key of its own, and one pick less.
            other = replace(
                phone,
                nonce=issue_nonce(poll_id=self._poll.id, voter=phone.voter, now=now),
                plates=phone.plates[1:],
            )
            yield next(habits)(self._request(phone, now), self._request(other, now))

    def _request(self, phone: Phone, now: datetime) -> Request:
        key = poll_key(self._poll)
        nonce = read_nonce(
            phone.nonce, poll_id=self._poll.id, voter=phone.voter, now=now
        )
        asked = Asked(
            voter_key=voter_keys(key, poll=self._poll, voter=phone.voter, day=None)[0],
            request_key=nonce.request_key,
            choices=choices_from(
                phone.plates, entries=self._poll.entries, least=1, most=ENTRIES
            ),
        )
        self._asked.append(asked)
        return Request(asked, phone.ballot(self._slug, now=now))

    def _verdict(self, crowd: Crowd) -> Verdict:
        key = poll_key(self._poll)
        return verdict(
            asked=self._asked,
            acknowledged=[
                Acknowledged(asked, ballot_id_of(key, number) or 0)
                for asked, number in crowd.told.acknowledged
            ],
            stored=[
                StoredBallot(
                    ballot.id,
                    ballot.voter_key,
                    ballot.request_key,
                    bytes(ballot.choices),
                )
                for ballot in Ballot.objects.of_poll(self._poll.id)
            ],
            counts=[
                recount(self._poll).given[CHOSEN],
                running_total(self._poll).given[CHOSEN],
            ],
        )


def _step_the_tally(poll: FrozenPoll) -> None:
    """As the worker does, which tries again after whatever broke."""
    try:
        advance_tally(poll)
    except Error:
        connection.close()


def _in_words(statuses: Counter[int]) -> str:
    return ", ".join(
        f"{number} × {'no answer' if status == NO_ANSWER else status}"
        for status, number in sorted(statuses.items())
    )
