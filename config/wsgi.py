"""The site as one WSGI callable: the gateway at /aws, files at /static and /runtime, health, else Django."""

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

django_site = get_wsgi_application()

# These need Django to be set up, which the line above does.
from config.files import serve_files  # noqa: E402
from config.health import healthz  # noqa: E402
from sandbox.endpoint import application as gateway  # noqa: E402


def mount(*, gateway: WsgiApp, health: WsgiApp, rest: WsgiApp, gateway_path: str) -> WsgiApp:
    """Send each request where its path belongs."""
    below = gateway_path + "/"

    def site(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(below) or path == gateway_path:
            return gateway(environ, start_response)
        if path == "/healthz":
            return health(environ, start_response)
        return rest(environ, start_response)

    return site


def drop_broken_connections(app: WsgiApp) -> WsgiApp:
    """Close a database connection that failed, as Django does after its own requests."""

    def wrapped(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return app(environ, start_response)
        finally:
            if connection.errors_occurred:
                close_old_connections()

    return wrapped


application = mount(
    gateway=drop_broken_connections(gateway),
    health=drop_broken_connections(healthz),
    rest=serve_files(
        django_site,
        folders={
            "static/": settings.STATIC_ROOT,
            settings.RUNTIME_URL.strip("/") + "/": settings.RUNTIME_DIR,
        },
        autorefresh=settings.DEBUG,
    ),
    gateway_path=settings.GATEWAY_PATH,
)
