from django.apps import AppConfig


class ShowcaseConfig(AppConfig):
    name = "showcase"
    verbose_name = "晾晒实事干货"

    def ready(self) -> None:
        # Receivers need the models, which are loaded by now.
        from showcase.pages import moderation_receivers  # noqa: F401, PLC0415
