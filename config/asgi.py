"""What granian serves: our WSGI callable behind the adapter."""

from django.conf import settings

from config.adapter import serve
from config.wsgi import application as site

application = serve(site, max_body=settings.MAX_BODY_BYTES, deadline=settings.REQUEST_DEADLINE)
