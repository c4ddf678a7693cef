"""Song contest finals with two sets of points: totals and places by the published ladder."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voting.replays.checks import Check, UnreadableFile, compare, read_rows
from voting.rules.ranking import Rung, climb, ranks

VOTES_FILE = "eurovision_votes.csv"
PLACES_FILE = "eurovision_places.csv"

POINTS = (12, 10, 8, 7, 6, 5, 4, 3, 2, 1)


@dataclass(slots=True)
class Received:
    """What one song got: sums, and how many countries' televotes gave how much."""

    televote: int = 0
    jury: int = 0
    televotes: Counter[int] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.televote + self.jury

    @property
    def countries(self) -> int:
        return sum(self.televotes[points] for points in POINTS)


@dataclass(frozen=True, slots=True)
class Final:
    """One year: what was given, and the published (televote, jury, total, place) by country."""

    year: str
    received: Mapping[str, Received]
    published: Mapping[str, tuple[int, int, int, int]]


def read_finals(votes_path: Path, places_path: Path) -> list[Final]:
    """All years of the two files.

    Errors
        :class:`~voting.replays.checks.UnreadableFile`.
    """
    received: dict[str, dict[str, Received]] = defaultdict(
        lambda: defaultdict(Received)
    )
    published: dict[str, dict[str, tuple[int, int, int, int]]] = defaultdict(dict)
    try:
        for row in read_rows(
            votes_path, ("year", "to_country", "televote_points", "jury_points")
        ):
            song = received[row["year"]][row["to_country"]]
            televote = int(row["televote_points"] or 0)
            song.televote += televote
            song.jury += int(row["jury_points"] or 0)
            song.televotes[televote] += 1
        for row in read_rows(
            places_path,
            ("year", "country", "televote_points", "jury_points", "points", "place"),
        ):
            published[row["year"]][row["country"]] = (
                int(row["televote_points"]),
                int(row["jury_points"]),
                int(row["points"]),
                int(row["place"]),
            )
    except ValueError as error:
        raise UnreadableFile(
            f"{votes_path.name}, {places_path.name}: {error}"
        ) from error
    return [
        Final(year, {country: received[year][country] for country in songs}, songs)
        for year, songs in published.items()
    ]


def televote_ladder(received: Mapping[str, Received]) -> list[Rung]:
    """Total, televote, number of countries in the televote, then most 12s, 10s, 8s ..."""
    return [
        Rung("total", lambda country: received[country].total),
        Rung("televote", lambda country: received[country].televote),
        Rung("countries", lambda country: received[country].countries),
        *(_times(points, received) for points in POINTS),
    ]


def _times(points: int, received: Mapping[str, Received]) -> Rung:
    return Rung(f"{points}s", lambda country: received[country].televotes[points])


def jury_ladder(received: Mapping[str, Received]) -> list[Rung]:
    """The wrong way round: equal totals to the higher jury score."""
    return [
        Rung("total", lambda country: received[country].total),
        Rung("jury", lambda country: received[country].jury),
    ]


def replay(votes_path: Path, places_path: Path) -> list[Check]:
    """Totals and places of every final, then places with ties to the jury."""
    finals = read_finals(votes_path, places_path)
    return [
        compare("Eurovision", "televote, jury and total points", _totals(finals)),
        compare("Eurovision", "places", _places(finals, "televote")),
        compare(
            "Eurovision",
            "tie to the jury: places",
            _places(finals, "jury"),
            is_our_rule=False,
        ),
    ]


def _totals(finals: Sequence[Final]) -> Iterator[tuple[str, object, object]]:
    for final in finals:
        for country, published in final.published.items():
            song = final.received[country]
            computed = (song.televote, song.jury, song.total)
            yield f"{final.year} {country}", computed, published[:3]


def _places(
    finals: Sequence[Final], ties_to: str
) -> Iterator[tuple[str, object, object]]:
    for final in finals:
        rungs = (televote_ladder if ties_to == "televote" else jury_ladder)(
            final.received
        )
        places = ranks(climb(sorted(final.published), rungs).groups)
        for country, published in final.published.items():
            yield f"{final.year} {country}", places[country], published[3]
