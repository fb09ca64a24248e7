"""The sandbox's own pages in Chromium: the coverage filter, weather and clock; on a phone nothing is wider than it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site import RunningSite


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


def _open_weather(page: Page, site: RunningSite) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Start lesson 01").click()
    page.get_by_role("link", name="Weather and clock").click()
    expect(page.get_by_role("heading", name="Weather and clock")).to_be_visible()


def test_the_coverage_is_filtered_while_one_types(page: Page, site: RunningSite) -> None:
    page.goto(site.url)
    page.get_by_role("link", name="See what it can do").click()
    field = page.get_by_label("Find a service or an operation")
    field.press_sequentially("executest")
    expect(page.get_by_text("the sandbox does not run PartiQL").first).to_be_visible()
    expect(page.get_by_role("table")).to_have_count(0)
    expect(field).to_be_focused()
    field.fill("")
    expect(page.get_by_role("table")).to_be_visible()
    page.get_by_role("link", name="dynamodb", exact=True).click()
    expect(page.get_by_role("heading", name="dynamodb", exact=True)).to_be_visible()


def test_a_fault_is_added_in_place_and_a_wrong_one_is_told(page: Page, site: RunningSite) -> None:
    _open_weather(page, site)
    page.get_by_label("Service").select_option("sqs")
    page.get_by_label("Operation").fill("Dance")
    page.get_by_role("button", name="Add the fault").click()
    expect(page.get_by_text("sqs has no operation of this name.")).to_be_visible()
    page.get_by_label("Operation").fill("sendmessage")
    page.get_by_role("button", name="Add the fault").click()
    expect(page.get_by_role("listitem").filter(has_text="SendMessage")).to_be_visible()
    page.get_by_role("button", name="Remove throttle of sqs SendMessage").click()
    expect(page.get_by_text("No fault is on.")).to_be_visible()


def test_the_clock_moves_without_javascript(browser: Browser, site: RunningSite) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        _open_weather(page, site)
        page.get_by_label("Days").fill("3")
        page.get_by_role("button", name="Move the clock forward").click()
        expect(page.get_by_text("Confirm it: the clock cannot be moved back.")).to_be_visible()
        page.get_by_label("I know that the clock cannot be moved back").check()
        page.get_by_role("button", name="Move the clock forward").click()
        expect(page.get_by_text("3 days ahead of the real time")).to_be_visible()


def test_on_a_phone_the_pages_are_as_wide_as_it(browser: Browser, site: RunningSite) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True) as context:
        page = context.new_page()
        for path in ("/sandbox/coverage", "/sandbox/coverage?q=table", "/sandbox/coverage/ec2"):
            page.goto(site.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") == 360
