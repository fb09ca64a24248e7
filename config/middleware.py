"""Middleware that every page passes through."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def cross_origin_isolation(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Isolate every page, so that the terminal's worker may share memory with it and Ctrl-C works."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware
