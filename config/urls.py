"""All addresses of the site; the gateway's (`/aws`) is mounted beside Django in `config/wsgi.py`."""

from django.urls import include, path

urlpatterns = [path("", include("labs.urls")), path("", include("sandbox.urls"))]
