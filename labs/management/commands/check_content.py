"""`manage.py check_content`: print everything that is wrong with the content."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from labs.content import Catalogue, load_catalogue
from labs.content.api import problems_of_calls


class Command(BaseCommand):
    """Check lessons and labs; exit 1 and name every problem, or say what there is."""

    help = "Check lessons and labs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("root", nargs="?", type=Path, help="content folder (default: CONTENT_DIR)")

    def handle(self, *args: Any, root: Path | None = None, verbosity: int = 1, **options: Any) -> None:
        catalogue = load_catalogue(root or Path(settings.CONTENT_DIR))
        problems = [
            *catalogue.problems,
            *(p for lesson in catalogue.lessons for p in problems_of_calls(lesson)),
        ]
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            self.stderr.write(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}")
            sys.exit(1)
        if verbosity:
            self.stdout.write(_summary(catalogue))


def _summary(catalogue: Catalogue) -> str:
    tasks = [task for lesson in catalogue.lessons for task in lesson.lab.tasks]
    wrong = sum(len(check.wrong) for task in tasks for check in task.checks)
    counts = [(len(catalogue.lessons), "lesson"), (len(tasks), "task"), (wrong, "wrong state")]
    return "ok: " + ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
