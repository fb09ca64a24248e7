"""Fixtures for the tests of the labs app."""

import pytest
from django.test import Client

from labs.models import LabSession, Learner
from tests.builders import make_guest, make_session

HTMX = {"HX-Request": "true"}


@pytest.fixture
def learner(db: None) -> Learner:
    return make_guest()


@pytest.fixture
def session(learner: Learner) -> LabSession:
    return make_session(learner=learner)


@pytest.fixture
def stranger(db: None) -> Client:
    """A browser signed in as somebody else."""
    return signed_in(make_guest())


@pytest.fixture
def owner(learner: Learner) -> Client:
    """The learner's browser."""
    return signed_in(learner)


def signed_in(learner: Learner) -> Client:
    """Return a browser in which this learner is signed in."""
    client = Client()
    client.force_login(learner)
    return client
