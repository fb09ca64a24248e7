"""What granian serves: our WSGI callable behind the adapter."""

from django.conf import settings

from config.adapter import AsgiApp, serve
from config.affinity import Neighbours, Seats
from config.wsgi import application as site


def make_application(seats: Seats | None = None) -> AsgiApp:
    """Make the ASGI callable of one process; `seats` when it has neighbours."""
    neighbours = Neighbours(seats, settings.GATEWAY_PATH.encode()) if seats else None
    return serve(site, max_body=settings.MAX_BODY_BYTES, deadline=settings.REQUEST_DEADLINE, neighbours=neighbours)


application = make_application()
