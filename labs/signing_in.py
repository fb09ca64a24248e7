"""Sign a learner in; a guest's work goes along."""

from django.contrib.auth import login
from django.http import HttpRequest

from labs.actions import take_over
from labs.models import Learner
from labs.requests import learner_of


def sign_in(request: HttpRequest, learner: Learner) -> None:
    """Sign in; when a guest does so, the guest's sessions move to the account."""
    before = learner_of(request)
    login(request, learner, backend="django.contrib.auth.backends.ModelBackend")
    if before is not None and before.is_guest and before.pk != learner.pk:
        take_over(guest=before, account=learner)
