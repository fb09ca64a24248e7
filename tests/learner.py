"""A learner without a browser: starts a lab over HTTP, runs scripts as on a laptop, reads the tasks panel."""

import html
import http.cookiejar
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labs.content import Lesson
from labs.content.names import environment_variables

BIN = Path(sys.executable).parent
ROW = re.compile(r'data-task="(?P<task>[^"]+)" data-state="(?P<state>[^"]+)"(?P<rest>.*?)</li>', re.DOTALL)
REASON = re.compile(r'<span class="task-reason">: (.*?)</span>', re.DOTALL)
TITLE = re.compile(r'<h3 class="task-title">(.*?)</h3>')
PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")
TAG = re.compile(r"</?code>")


@dataclass(frozen=True)
class Row:
    """A task as the panel shows it; code in the reason stands between backticks."""

    state: str
    reason: str


@dataclass
class Learner:
    """A guest on a running site."""

    site: str
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        """Fetch a page."""
        with self.opener.open(self.site + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **sent: str) -> str:
        """Send a form with this browser's token; returns the page that it leads to."""
        token = next(cookie.value for cookie in self.cookies if cookie.name.startswith("csrf"))
        data = urllib.parse.urlencode({**sent, "csrfmiddlewaretoken": token or ""}).encode()
        with self.opener.open(self.site + path, data, timeout=60) as answer:
            return str(answer.read().decode())

    def start(self, slug: str) -> "Lab":
        """Start a lesson's lab by one click on its page."""
        self.get(f"/lessons/{slug}/")
        page = self.post(f"/lessons/{slug}/start")
        found = re.search(r"/sessions/([0-9a-f-]{36})/workbench\.json", page)
        assert found, page
        return Lab(self, found[1], json.loads(self.get(found[0])))


@dataclass
class Lab:
    """A lab session on the running site; `bench` is what the terminal is told."""

    learner: Learner
    session: str
    bench: dict[str, Any]

    def rows(self) -> dict[str, Row]:
        """Read the tasks panel."""
        page = self.learner.get(f"/sessions/{self.session}/tasks")
        return {row["task"]: Row(row["state"], _reason(row["rest"])) for row in ROW.finditer(page)}

    def names(self, lesson: Lesson) -> dict[str, str]:
        """Read the drawn names out of the titles of the tasks, as a learner does."""
        return names_in(self.learner.get(f"/lessons/{lesson.slug}/"), lesson)

    def check_until(
        self, true: Callable[[dict[str, Row]], bool] = lambda rows: True, *, seconds: float = 20
    ) -> dict[str, Row]:
        """Ask for a check, wait until no check is under way and something is true; returns how tasks stand.

        The trail of reading calls comes a moment later than their answers, so one look may be too early.
        """
        self.learner.post(f"/sessions/{self.session}/check")
        deadline = time.monotonic() + seconds
        while True:
            rows = self.rows()
            checking = any(row.state == "checking" for row in rows.values())
            if (not checking and true(rows)) or time.monotonic() > deadline:
                return rows
            time.sleep(0.1)

    def run(self, script: Path, *, folder: Path, names: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a script as on a laptop: the standard AWS variables, the names, and nothing else of ours."""
        command = [sys.executable, str(script)] if script.suffix == ".py" else ["bash", str(script)]
        environ = {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "AWS_ACCESS_KEY_ID": self.bench["credentials"]["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.bench["credentials"]["secret_access_key"],
            "AWS_DEFAULT_REGION": self.bench["region"],
            "AWS_ENDPOINT_URL": self.learner.site + self.bench["envelope_url"].rstrip("/"),
            "AWS_EC2_METADATA_DISABLED": "true",
            **environment_variables(names),
        }
        return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=120)


def names_in(page: str, lesson: Lesson) -> dict[str, str]:
    """Read the drawn names out of a lesson page."""
    titles = TITLE.findall(page)
    found: dict[str, str] = {}
    for task, title in zip(lesson.lab.tasks, titles, strict=True):
        pattern = PLACEHOLDER.sub(r"(?P<\1>[^<]+)", re.escape(task.title)).replace("`", "</?code>")
        told = re.fullmatch(pattern, title)
        assert told, (pattern, title)
        found |= told.groupdict()
    assert set(found) == set(lesson.lab.draw)
    return found


def _reason(row: str) -> str:
    found = REASON.search(row)
    return html.unescape(TAG.sub("`", found[1])) if found else ""
