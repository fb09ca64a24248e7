"""Error pages: in our words, and the last of them without any help."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client


def test_a_bad_host_is_told_in_our_words(db: None) -> None:
    answer = Client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "That request could not be read" in answer.content.decode()


def test_our_own_mistake_is_told_as_ours(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labs.views.pages.catalogue", lambda: 1 / 0)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_the_500_page_needs_neither_tags_nor_scripts() -> None:
    page = (Path(settings.BASE_DIR) / "templates" / "500.html").read_text()
    assert "{%" not in page
    assert "{{" not in page
    assert "<script" not in page
