import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from voting.sample.freshness import is_fresh
from voting.sample.timetable import DemoStage

MANAGE = Path(__file__).resolve().parents[3] / "manage.py"


class Command(BaseCommand):
    help = (
        "Prepare the sample contest once, then serve it and print addresses and logins."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stage", type=DemoStage, default=DemoStage.POLL)
        parser.add_argument("--address", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--prepare-only", action="store_true", help="Build, and do not serve."
        )

    def handle(
        self,
        *args,
        stage: DemoStage,
        address: str,
        port: int,
        prepare_only: bool,
        **options,
    ) -> None:
        data = settings.DATA_DIR / f"demo-{stage}"
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "site_cms.settings.embedded",
            "DEMO": "true",
            "STATIC_ROOT": str(settings.DATA_DIR / "static"),
            "PUBLIC_ORIGIN": f"http://{address}:{port}",
        }
        if not is_fresh(data, stage=stage, now=timezone.now()):
            self._build(data, stage, environment)
        environment["DATA_DIR"] = str(data)
        self._run(["collect_changed_static"], environment)
        self._run(["demo_welcome"], environment)
        if not prepare_only:
            serve = ["serve", "--address", address, "--port", str(port)]
            os.execve(
                sys.executable, [sys.executable, str(MANAGE), *serve], environment
            )

    def _build(self, data: Path, stage: DemoStage, environment: dict) -> None:
        """Build beside the old data, and put it in its place when it is whole."""
        self.stdout.write("准备样例活动：")
        self.stdout.flush()
        building = data.with_name(data.name + ".building")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        self._run(
            ["build_demo", "--stage", stage], environment | {"DATA_DIR": str(building)}
        )
        shutil.rmtree(data, ignore_errors=True)
        building.rename(data)

    def _run(self, command: list[str], environment: dict) -> None:
        done = subprocess.run(
            [sys.executable, str(MANAGE), *command], env=environment, check=False
        )
        if done.returncode:
            raise CommandError(f"这一步没有完成：{' '.join(command)}。上面写着原因。")
