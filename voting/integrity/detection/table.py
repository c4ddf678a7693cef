"""Rows as columns of small numbers: two hundred thousand of them are read in a second."""

from array import array
from collections.abc import Hashable, Iterable

from voting.integrity.detection.rows import Seen

# The upper ends of the steps of a device's age, in minutes; one more for older, one for none.
AGES = (0, 1, 4, 14, 59, 599)
NO_AGE = len(AGES) + 1
_STEP_OF_AGE = bytes(
    next((step for step, most in enumerate(AGES) if age <= most), len(AGES))
    for age in range(AGES[-1] + 2)
)


class Names:
    """Numbers for values, in the order in which they are met."""

    def __init__(self) -> None:
        self.values: list[Hashable] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, value: Hashable) -> int:
        found = self._numbers.get(value)
        if found is None:
            found = self._numbers[value] = len(self.values)
            self.values.append(value)
        return found

    def __len__(self) -> int:
        return len(self.values)


class Table:
    """Everything that detection reads, appended to as ballots come in."""

    def __init__(self, rows: Iterable[Seen] = ()) -> None:
        self.ballots = array("q")
        self.minutes = array("q")
        self.ages = array("q")
        self.prefixes = array("l")
        self.networks = array("l")
        self.patterns = array("l")
        self.hosts = array("l")
        self.difficulties = array("l")
        self.unthrottled = bytearray()
        self.prefix_names, self.network_names = Names(), Names()
        self.pattern_names, self.host_names = Names(), Names()
        self.add(rows)

    def __len__(self) -> int:
        return len(self.ballots)

    def add(self, rows: Iterable[Seen]) -> None:
        prefix, network = self.prefix_names.number, self.network_names.number
        pattern, host = self.pattern_names.number, self.host_names.number
        for row in rows:
            age = row.device_age
            self.ballots.append(row.ballot)
            self.minutes.append(row.minute)
            self.ages.append(-1 if age is None else age)
            self.prefixes.append(prefix(row.prefix))
            self.networks.append(network(row.network))
            self.patterns.append(pattern(row.picks))
            self.hosts.append(host((row.client, step_of_age(age), row.adapter)))
            self.difficulties.append(row.difficulty)
            self.unthrottled.append(row.unthrottled)

    @property
    def picks(self) -> list[bytes]:
        """The picks of each pattern."""
        return self.pattern_names.values

    @property
    def client_hosts(self) -> list[tuple[str, int, str]]:
        """Client family, step of the device's age and adapter, of each host."""
        return self.host_names.values


def step_of_age(age: int | None) -> int:
    if age is None:
        return NO_AGE
    return _STEP_OF_AGE[min(max(age, 0), AGES[-1] + 1)]
