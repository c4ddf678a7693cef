from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from site_cms.accounts.errors import AccountError
from site_cms.accounts.models import User
from site_cms.accounts.queries import current_code


class Command(BaseCommand):
    help = "Print the current one-time code of a demo account. Works in the demo only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args, username: str, **options) -> None:
        if not settings.DEMO:
            raise CommandError(
                "只有演示环境（DEMO=true）才能显示验证码。"
                "正式环境里请用手机上的验证器，手机丢了请用备用验证码或 reset_second_factor。"
            )
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有账号“{username}”。")
        try:
            code, seconds = current_code(user)
        except AccountError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{code}（{seconds} 秒后换新的）")
