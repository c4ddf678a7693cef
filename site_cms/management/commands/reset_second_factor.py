from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from site_cms.accounts.models import User
from site_cms.accounts.services import reset_second_factor
from site_cms.trail.errors import TrailError


class Command(BaseCommand):
    help = "Take a lost second factor away from an account; its next sign-in sets up a new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="whose telephone is lost")
        parser.add_argument("--by", required=True, help="account of who decided it")
        parser.add_argument("--reason", required=True, help="kept in the trail")

    def handle(self, *args, username: str, by: str, reason: str, **options) -> None:
        people = {
            user.username: user
            for user in User.objects.filter(username__in=[username, by])
        }
        missing = {username, by} - people.keys()
        if missing:
            raise CommandError(f"没有账号“{'”“'.join(sorted(missing))}”。")
        if username == by:
            raise CommandError("不能由本人决定，请写另一位管理员的账号。")
        try:
            reset_second_factor(
                by=people[by], user=people[username], reason=reason, now=timezone.now()
            )
        except TrailError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"已重置“{username}”的第二步验证，下次登录时重新设置。")
