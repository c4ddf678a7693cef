"""A component and the states in which the gallery shows it. All content is invented."""

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString

COMPONENTS = "components"
LONG_NAME = "县“为民办实事、民生大事”综合协调领导小组办公室（县委督查室）"
LONG_TEXT = (
    "名称很长、简介也很长时的样子：督查 11 轮、发通报 3 期、交办问题 30 件次，"
    "件件有回音，事事有着落，逾期的全部列在台账里公开"
)


@dataclass(frozen=True)
class Specimen:
    """One component file and the states it is shown in.

    ``around`` is the element that the component must stand in, as tag and class.
    """

    name: str
    title: str
    states: list[dict[str, object]]
    around: tuple[str, str] = ("div", "stack")
    remark: str = ""

    @property
    def template_name(self) -> str:
        return f"{COMPONENTS}/{self.name}.html"

    @property
    def anchor(self) -> str:
        return "c-" + self.name.replace("/", "-").replace("_", "-")

    @property
    def parameters(self) -> str:
        """The comment at the head of the file."""
        text = (component_root() / f"{self.name}.html").read_text(encoding="utf-8")
        return (
            text.partition("{% comment %}")[2].partition("{% endcomment %}")[0].strip()
        )

    @property
    def rendered(self) -> list[SafeString]:
        return [render_to_string(self.template_name, state) for state in self.states]


@dataclass(frozen=True)
class Surface:
    """A ground on which components are looked at: paper, judge, desk, wall."""

    title: str
    css_class: str
    specimens: list[Specimen] = field(default_factory=list)


def component_root() -> Path:
    return Path(settings.TEMPLATES[0]["DIRS"][0]) / COMPONENTS


def component_names() -> set[str]:
    root = component_root()
    return {
        path.relative_to(root).with_suffix("").as_posix()
        for path in root.rglob("*.html")
    }


def link(label: str, *, current: bool = False, **more: object) -> dict[str, object]:
    return {"label": label, "url": "#", "current": current} | more


def yard() -> dict[str, object]:
    return _drawing("elder", "日间照料中心的院子里，老人围桌下棋")


def hill() -> dict[str, object]:
    return _drawing("forest", "山坡上两人正在栽树，身后是成片新林")


def _drawing(name: str, alt: str) -> dict[str, object]:
    return {
        "url": static(f"site_cms/img/{name}-520.webp"),
        "width": 520,
        "height": 324,
        "alt": alt,
    }
