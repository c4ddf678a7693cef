"""Every component in every state, by the page of the gallery that shows it."""

from site_cms.design.gallery import ballot, contest, frame, night, results, tasks, units
from site_cms.design.gallery.specimen import Specimen, Surface


def paper() -> list[Specimen]:
    return [
        specimen
        for family in (tasks, contest, units, ballot, results, frame)
        for specimen in family.specimens()
    ]


SURFACES = {
    "paper": [("", "", paper)],
    "night": [("评委", "judge", night.judge), ("主持台", "desk", night.desk)],
    "wall": [("大屏", "scene", night.wall)],
}


def surfaces(page: str) -> list[Surface]:
    return [
        Surface(title, css_class, specimens())
        for title, css_class, specimens in SURFACES[page]
    ]


def shown_names() -> set[str]:
    return {
        specimen.name
        for page in SURFACES
        for surface in surfaces(page)
        for specimen in surface.specimens
    }
