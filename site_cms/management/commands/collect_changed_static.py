import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Collect static files when one has changed since the last time, and only then."
    )

    def handle(self, *args, **options) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        state = self._state()
        if stamp.exists() and stamp.read_text(encoding="ascii") == state:
            return
        self.stdout.write("  样式和图标")
        self.stdout.flush()
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state, encoding="ascii")

    def _state(self) -> str:
        """Names, sizes and times of every source file, as one hash."""
        digest = hashlib.sha256()
        for finder in get_finders():
            for name, storage in finder.list(["CVS", ".*", "*~"]):
                status = Path(storage.path(name)).stat()
                digest.update(
                    f"{name} {status.st_size} {status.st_mtime_ns}\n".encode()
                )
        return digest.hexdigest()
