"""An instance's life: start, supervise, stop."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from types import FrameType

from config.supervisor import broker, plan
from config.supervisor.children import Child, ChildSpec
from config.supervisor.options import ROOT, Options
from config.supervisor.problems import CannotStart, say

LOOK_EVERY = 0.05
READY_WITHIN = 90.0


class Stopped(Exception):
    """Someone asked us to stop."""


class Site:
    """The running children of one instance."""

    def __init__(self, options: Options, environ: Mapping[str, str]) -> None:
        self.options = options
        self.environ = plan.child_environ(options, environ)
        self.children: list[Child] = []

    def run(self) -> None:
        """Start everything, tell the address once it answers, and keep it running until told to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        try:
            self.start_broker()
            self.prepare()
            self.start(plan.web_child())
            self.start(plan.worker_child(self.options))
            self.wait_until_ready()
            say(f"ready at {self.options.url}  (Ctrl-C ends it)")
            while True:
                self.look()
                time.sleep(LOOK_EVERY)
        except Stopped:
            pass
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self.stop()

    def start(self, spec: ChildSpec) -> None:
        """Start one child and look after it from now on."""
        child = Child(spec, ROOT, self.environ)
        self.children.append(child)
        child.start()

    def start_broker(self) -> None:
        """Start our own Redis, or look for the one that was named."""
        url = self.options.redis_url
        if self.options.own_redis:
            broker.prepare_folders(self.options.data_dir)
            broker.stop_orphan(url)
            self.start(plan.redis_child(self.options))
            if not broker.wait_until_it_answers(url, 10):
                raise CannotStart(f"redis does not start; see {self.options.data_dir / 'redis' / 'redis.log'}")
        elif not broker.wait_until_it_answers(url, 5):
            raise CannotStart("REDIS_URL: no Redis answers there")

    def prepare(self) -> None:
        """Bring database, content and static files up to date; it has told its problem itself."""
        process = subprocess.Popen(  # noqa: S603  # our own command line
            plan.prepare_command(),
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait()
        except Stopped:
            process.kill()
            process.wait()
            raise
        if code:
            raise CannotStart("")

    def wait_until_ready(self) -> None:
        """Wait until the site answers; raises CannotStart when it does not in time."""
        deadline = time.monotonic() + READY_WITHIN
        while not self.answers():
            self.look()
            if time.monotonic() > deadline:
                raise CannotStart(f"the site does not answer at {self.options.url}; see the lines above")
            time.sleep(LOOK_EVERY)

    def answers(self) -> bool:
        """Ask the site whether it is well."""
        host = self.options.url.removeprefix("http://").rstrip("/")
        connection = http.client.HTTPConnection(host, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def look(self) -> None:
        """Look at each child; tell what happened."""
        for child in self.children:
            if line := child.look():
                say(line)

    def stop(self) -> None:
        """Stop web and worker together, then what they use."""
        users = [child for child in self.children if child.spec.name != "redis"]
        for child in users:
            child.ask_to_stop()
        for child in [*users, *(child for child in self.children if child not in users)]:
            child.stop()


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def exit_code(options: Options, environ: Mapping[str, str] | None = None) -> int:
    """Run an instance; return the code to exit with."""
    try:
        Site(options, os.environ if environ is None else environ).run()
    except CannotStart as problem:
        if str(problem):
            say(str(problem))
        return 1
    return 0
