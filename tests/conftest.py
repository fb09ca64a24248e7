"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from botocore.client import ClientCreator
from botocore.loaders import create_loader
from botocore.model import ServiceModel

from tests import chromium
from tests.site import RunningSite, start_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent
MARKS_BY_FOLDER = {"e2e": pytest.mark.e2e, "integration": pytest.mark.server}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start servers or a browser by the folder they are in."""
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in MARKS_BY_FOLDER:
            item.add_marker(MARKS_BY_FOLDER[folder])


@pytest.fixture(scope="session", autouse=True)
def clients_made_quickly() -> Iterator[None]:
    """Let all boto3 sessions share what they read and make of a service's model; it takes longer than most tests."""
    made: dict[str, dict[str, Any]] = {}
    make = ClientCreator._create_methods

    def methods(creator: ClientCreator, service: ServiceModel) -> dict[str, Any]:
        if service.service_name not in made:
            made[service.service_name] = make(creator, service)
        return dict(made[service.service_name])  # plugins add theirs to it

    with (
        mock.patch("botocore.session.create_loader", cache(create_loader)),
        mock.patch.object(ClientCreator, "_create_methods", methods),
    ):
        yield


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of Chromium; without one the test fails, it is not skipped."""
    path = chromium.find()
    if path is None:
        pytest.fail("no Chromium: run `make chromium`, or set CHROMIUM to its path")
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator["Browser"]:
    """Run one headless Chromium for the whole session; each test opens a context of its own."""
    from playwright.sync_api import sync_playwright  # only browser tests pay for it

    # Playwright runs an event loop in this thread, and Django's ORM takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=chromium.FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """Run the whole site, as `make run` does, on a free port with a data folder of its own."""
    with start_site(tmp_path_factory.mktemp("site")) as running:
        yield running
