"""Pages in Chromium: by keyboard, on a phone, in the dark, and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site import RunningSite

LESSON = "/lessons/why-cloud-core-services/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


def test_the_theme_is_chosen_and_kept(page: Page, site: RunningSite) -> None:
    page.goto(site.url)
    toggle = page.get_by_role("button", name="Dark mode")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    page.goto(site.url + LESSON)
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light


def test_the_divider_moves_by_keyboard_and_is_remembered(page: Page, site: RunningSite) -> None:
    page.goto(site.url + LESSON)
    divider = page.get_by_role("separator")
    divider.focus()
    before = page.locator("#read").bounding_box()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "55")
    after = page.locator("#read").bounding_box()
    assert before and after and after["width"] > before["width"] + 100
    page.reload()
    expect(divider).to_have_attribute("aria-valuenow", "55")


def test_the_divider_is_dragged(page: Page, site: RunningSite) -> None:
    page.goto(site.url + LESSON)
    box = page.get_by_role("separator").bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, 400)
    page.mouse.down()
    page.mouse.move(1280 * 0.3, 400)
    page.mouse.up()
    expect(page.get_by_role("separator")).to_have_attribute("aria-valuenow", "30")


def test_the_first_tab_stop_skips_to_the_content(page: Page, site: RunningSite) -> None:
    page.goto(site.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_on_a_phone_tasks_are_one_tap_away(browser: Browser, site: RunningSite) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        page = context.new_page()
        page.goto(site.url + LESSON)
        tasks = page.get_by_role("heading", name="Tasks")
        expect(tasks).to_be_hidden()
        page.get_by_role("button", name="Tasks").tap()
        expect(tasks).to_be_visible()
        expect(page.get_by_role("heading", name="Everything is a call")).to_be_hidden()
        page.get_by_role("button", name="Read").tap()
        expect(page.get_by_role("heading", name="Everything is a call")).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390


def test_a_lab_works_without_javascript(browser: Browser, site: RunningSite) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site.url)
        page.get_by_role("button", name="Start lesson 01").click()
        page.get_by_role("button", name="Hint 1 of 3 for task 1").click()
        expect(page.get_by_text("the Security Token Service. It answers")).to_be_visible()
        page.get_by_role("button", name="Check").click()
        reason = page.get_by_text("Not yet: AWS has not been asked yet.")
        for _ in range(20):
            page.wait_for_timeout(500)
            page.reload()
            if reason.is_visible():
                break
        expect(reason).to_be_visible()


def test_a_hint_opens_in_place_and_is_focused(page: Page, site: RunningSite) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Start lesson 01").click()
    page.get_by_role("button", name="Hint 1 of 3 for task 2").click()
    hint = page.get_by_text("Two calls: one makes the bucket")
    expect(hint).to_be_visible()
    expect(page.locator(".hint").filter(has=hint)).to_be_focused()


def test_a_guest_keeps_the_work_under_an_account(page: Page, site: RunningSite) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Start lesson 01").click()
    bucket = page.locator("#task-storage code").first.inner_text()
    page.get_by_role("link", name="Keep my work").click()
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_label("Password").fill("four unrelated words")
    page.get_by_role("button", name="Keep my work").click()
    expect(page.get_by_text("Your work is kept under this account now.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email address").fill("ADA@example.org")
    page.get_by_label("Password").fill("four unrelated words")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Resume").click()
    expect(page.locator("#task-storage")).to_contain_text(bucket)
