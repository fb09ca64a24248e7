"""The sandbox's public pages: what it can do."""

from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sandbox.coverage import Coverage, Operation, Service, coverage_of_sandbox, matching
from sandbox.forms import CoverageForm

# More than these found operations would not be read; the page says how many there are.
MOST_SHOWN = 300


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Show all services with their counts, or the operations that a query finds."""
    form, found = CoverageForm(request.GET), coverage_of_sandbox()
    query = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"form": form, "query": query, "coverage": found}
    if query:
        context |= _results(matching(found, query))
    part = "coverage.html#found" if request.headers.get("HX-Request") else "coverage.html"
    return render(request, part, context, status=200 if form.is_valid() else 422)


@require_safe
def service(request: HttpRequest, name: str) -> HttpResponse:
    """Show all operations of one service."""
    found = coverage_of_sandbox().find(name)
    if found is None:
        raise Http404("the sandbox does not offer this service")
    return render(request, "coverage_service.html", {"service": found})


def _results(found: Coverage) -> dict[str, object]:
    pairs = ((one, operation) for one in found.services for operation in one.operations)
    shown: dict[Service, list[Operation]] = {}
    for one, operation in islice(pairs, MOST_SHOWN):
        shown.setdefault(one, []).append(operation)
    total = sum(len(one.operations) for one in found.services)
    return {"results": list(shown.items()), "total": total, "left_off": max(0, total - MOST_SHOWN)}
