"""How a visitor wants to read: 大字版 and 高对比. The address decides, then the cookie."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest

YEAR = 365 * 24 * 60 * 60

# The first value of each is the default.
CHOICES = {"font": ("normal", "large"), "contrast": ("normal", "high")}


@dataclass(frozen=True)
class Preferences:
    font: str = "normal"
    contrast: str = "normal"

    @property
    def is_large(self) -> bool:
        return self.font == "large"

    @property
    def is_high_contrast(self) -> bool:
        return self.contrast == "high"

    @property
    def key(self) -> str:
        """What tells two renderings of one page apart, such as ``large-normal``."""
        return f"{self.font}-{self.contrast}"

    @classmethod
    def chosen(cls, *sources: dict[str, str]) -> Self:
        """The first known value of each preference; rubbish counts as not said."""
        return cls(
            **{
                name: next(
                    (source[name] for source in sources if source.get(name) in values),
                    values[0],
                )
                for name, values in CHOICES.items()
            }
        )


def preferences_of(request: HttpRequest) -> Preferences:
    """Once for a request: later its address may hold only what its page looks at."""
    if not hasattr(request, "preferences"):
        request.preferences = Preferences.chosen(request.GET, request.COOKIES)
    return request.preferences


class PreferencesMiddleware:
    """Keeps in a cookie what the address asked for.

    Nothing is set for a visitor who did not choose, so pages stay free of cookies.
    The cookie is readable by scripts: site.js changes it without a reload.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        preferences = preferences_of(request)
        chosen = [
            name for name, values in CHOICES.items() if request.GET.get(name) in values
        ]
        response = self.get_response(request)
        for name in chosen:
            value = getattr(preferences, name)
            if request.COOKIES.get(name) != value:
                response.set_cookie(
                    name,
                    value,
                    max_age=YEAR,
                    samesite="Lax",
                    secure=request.is_secure(),
                )
        return response
