"""What the environment says about this instance."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.supervisor.problems import CannotStart

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Options:
    """One instance: where it listens, where its data is, which broker it uses."""

    host: str
    port: int
    data_dir: Path
    redis_url: str
    own_redis: bool

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # a comparison
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"


def read_options(environ: Mapping[str, str]) -> Options:
    """Read the options; raises CannotStart with the name of the bad variable."""
    try:
        data_dir = env.folder("DATA_DIR", ROOT / "var", environ=environ)
        env.integer("WEB_WORKERS", 2, low=1, high=64, environ=environ)
        env.database("DATABASE_URL", data_dir / "entrypoint.sqlite3", environ=environ)
        return Options(
            host=(environ.get("HOST", "") or "127.0.0.1").strip("[]"),
            port=env.integer("PORT", 8000, low=1, high=65535, environ=environ),
            data_dir=data_dir,
            redis_url=env.redis("REDIS_URL", data_dir, environ=environ),
            own_redis=not environ.get("REDIS_URL"),
        )
    except ImproperlyConfigured as problem:
        raise CannotStart(str(problem)) from None
