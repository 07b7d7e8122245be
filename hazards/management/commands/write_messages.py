from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hazards.notice_page import describe_messages

PAGE = Path(settings.BASE_DIR) / "docs" / "messages.md"


class Command(BaseCommand):
    help = "Write docs/messages.md from the table of notices and the kinds of messages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        page = describe_messages()
        if not options["check"]:
            PAGE.write_text(page, encoding="utf-8")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
            raise CommandError(f"{PAGE.name} is stale: run `manage.py write_messages`")
