from django.http import HttpRequest

from site_cms.design.preferences import Preferences, preferences_of


def preferences(request: HttpRequest) -> dict[str, Preferences]:
    return {"preferences": preferences_of(request)}
