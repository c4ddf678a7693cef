from django.core.management.base import BaseCommand
from django.utils import timezone

from showcase.pages.moderation_services import sync_moderation


class Command(BaseCommand):
    help = (
        "Make the moderation of units' pages what the code states. Safe to run twice."
    )

    def handle(self, *args, **options) -> None:
        changes = sync_moderation(by=None, now=timezone.now())
        for change in changes:
            self.stdout.write(change)
        self.stdout.write(
            f"{len(changes)} 处已修改。" if changes else "审核流程与代码一致。"
        )
