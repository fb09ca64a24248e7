"""The weather and the clock of a lab: faults, outages, ended sessions, time."""

from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from labs.catalogue import catalogue
from labs.condition_forms import ClockForm, FaultForm, OutageForm, PlaceForm, RegionForm, SkewForm
from labs.content import Lesson
from labs.models import LabSession
from labs.requests import owner_only, wants_fragment
from labs.workbench import FIRST_ACCOUNT
from sandbox import conditions, store
from sandbox.clock import ClockError
from sandbox.conditions import Conditions
from sandbox.models import Account
from sandbox.regions import REGIONS, zone_names
from sandbox.weather import BadWeather

PANEL = "weather.html#conditions"
GONE = "the environment of this lab is gone"


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as the page shows it."""

    zone_id: str
    name: str
    out: bool


@dataclass(slots=True)
class Forms:
    """The page's forms; the one that was sent has what was sent."""

    fault: Form = field(default_factory=lambda: FaultForm(auto_id="fault_%s"))
    skew: Form = field(default_factory=lambda: SkewForm(auto_id="skew_%s"))
    clock: Form = field(default_factory=lambda: ClockForm(auto_id="clock_%s"))


@require_safe
@never_cache
@owner_only
def weather(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Show what is on, and the clock."""
    form = RegionForm(request.GET)
    region = form.cleaned_data["region"] if form.is_valid() else ""
    return _page(request, session, Forms(), region=region)


@require_POST
@owner_only
def set_fault(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Turn a fault on."""
    form = FaultForm(request.POST, auto_id="fault_%s")
    if not form.is_valid():
        return _page(request, session, Forms(fault=form), status=422)
    try:
        conditions.set_fault(environment_id=_environment(session), fault=form.fault())
    except BadWeather as problem:
        form.add_error(None, f"Not possible: {problem}.")
        return _page(request, session, Forms(fault=form), status=422)
    return _done(request, session, "The fault is on.")


@require_POST
@owner_only
def remove_fault(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Turn a fault off."""
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _page(request, session, Forms(), status=422)
    conditions.remove_fault(environment_id=_environment(session), fault=form.place())
    return _done(request, session, "The fault is off.")


@require_POST
@owner_only
def set_skew(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Let AWS's clock be off."""
    form = SkewForm(request.POST, auto_id="skew_%s")
    if not form.is_valid():
        return _page(request, session, Forms(skew=form), status=422)
    conditions.set_skew(environment_id=_environment(session), by=form.by())
    return _done(request, session, "AWS's clock is off." if form.by() else "AWS's clock is right again.")


@require_POST
@owner_only
def set_outage(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Let zones of a region be out, and its other zones be well."""
    region = RegionForm(request.POST)
    if not region.is_valid():
        return _page(request, session, Forms(), status=422)
    name = region.cleaned_data["region"]
    form = OutageForm(request.POST, zone_ids=REGIONS[name].zones)
    if not form.is_valid():
        return _page(request, session, Forms(), region=name, status=422)
    zones = form.cleaned_data["zones"]
    conditions.set_outage(environment_id=_environment(session), region=name, zone_ids=zones)
    said = f"Out in {name}: {', '.join(zones)}." if zones else f"All zones of {name} are well."
    return _done(request, session, said, region=name)


@require_POST
@owner_only
def clear(request: HttpRequest, session: LabSession) -> HttpResponse:
    """End all of the weather."""
    conditions.clear_weather(environment_id=_environment(session))
    return _done(request, session, "The weather is fair.")


@require_POST
@owner_only
def end_sessions(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Let all temporary credentials expire now."""
    conditions.end_sessions(environment_id=_environment(session))
    return _done(request, session, "All temporary credentials given out until now have expired.")


@require_POST
@owner_only
def move_clock(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Move the environment's clock forward."""
    form = ClockForm(request.POST, auto_id="clock_%s")
    if not form.is_valid():
        return _page(request, session, Forms(clock=form), status=422)
    try:
        conditions.move_clock_forward(environment_id=_environment(session), by=form.by())
    except ClockError as problem:
        form.add_error(None, f"Not possible: {problem}.")
        return _page(request, session, Forms(clock=form), status=422)
    return _done(request, session, "The clock was moved forward.")


def _done(request: HttpRequest, session: LabSession, said: str, *, region: str = "") -> HttpResponse:
    """The panel for htmx; for everyone else the page, loaded anew."""
    if wants_fragment(request):
        return _page(request, session, Forms(), region=region, said=said)
    messages.success(request, said)
    answer = redirect("weather", session.pk)
    answer["Location"] += f"?region={region}" if region else ""
    return answer


def _page(
    request: HttpRequest, session: LabSession, forms: Forms, *, region: str = "", said: str = "", status: int = 200
) -> HttpResponse:
    lesson, environment_id = _lesson(session), _environment(session)
    region = region or lesson.lab.region
    found = _found(environment_id)
    names = zone_names(_first_account(environment_id), region)
    context = {
        "lesson": lesson,
        "session": session,
        "conditions": found,
        "skew_minutes": round(found.skew.total_seconds() / 60),
        "region": region,
        "regions": sorted(REGIONS),
        "zones": [Zone(zone_id, name, zone_id in found.zones_out) for zone_id, name in names.items()],
        "forms": forms,
        "said": said,
    }
    return render(request, PANEL if wants_fragment(request) else "weather.html", context, status=status)


def _found(environment_id: UUID) -> Conditions:
    try:
        return conditions.conditions_of(environment_id)
    except store.EnvironmentGone as error:
        raise Http404(GONE) from error


def _first_account(environment_id: UUID) -> str:
    """The account whose names of zones are shown: the one that the terminal is signed in to."""
    account = Account.objects.filter(environment=environment_id, alias=FIRST_ACCOUNT).first()
    if account is None:
        raise Http404(GONE)
    return account.pk


def _environment(session: LabSession) -> UUID:
    environment_id: UUID | None = session.environment_id
    if environment_id is None:
        raise Http404(GONE)
    return environment_id


def _lesson(session: LabSession) -> Lesson:
    found = catalogue().by_uuid(session.lesson)
    if found is None:
        raise Http404("the lesson of this session is gone")
    return found
