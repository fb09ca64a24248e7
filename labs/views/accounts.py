"""Sign in and out; become an account."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from labs.actions import claim
from labs.forms import ClaimForm, SignInForm
from labs.requests import learner_of
from labs.signing_in import sign_in as sign_in_learner


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for email address and password."""
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and form.learner is not None:
        sign_in_learner(request, form.learner)
        return redirect(_next(request))
    status = 422 if request.method == "POST" else 200
    return render(request, "sign_in.html", {"form": form, "next": _next(request)}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget who asks."""
    logout(request)
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Make a guest an account; show an account what it is."""
    learner = learner_of(request)
    if learner is None:
        return redirect_to_login(request.get_full_path())
    if not learner.is_guest:
        return render(request, "account.html", {"learner": learner})
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        claim(guest=learner, **form.cleaned_data)
        update_session_auth_hash(request, learner)
        messages.success(request, "Your work is kept under this account now.")
        return redirect("home")
    status = 422 if request.method == "POST" else 200
    return render(request, "account.html", {"form": form, "learner": learner}, status=status)


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: a page of this site, else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else "/"
