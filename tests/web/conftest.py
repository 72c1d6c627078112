"""A real server over an empty folder, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from lianjin.service.web import FOLDER, is_built

WEB = Path(__file__).parents[2] / "web"
"""The app's sources."""
PASSWORD = "a long enough password"
SCRIPT = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"
"""What would run if any page took a text for markup."""
WATCH = """
window.broken = [];
addEventListener("securitypolicyviolation", (e) => broken.push(e.violatedDirective + " " + e.blockedURI));
addEventListener("error", (e) => broken.push(String(e.message)));
"""


@pytest.fixture(scope="session")
def built() -> Path:
    """The built app; skips where it is not built."""
    if not is_built():
        pytest.skip("the web app is not built: `make web`")
    return FOLDER


@dataclass(frozen=True)
class Server:
    """A running `lianjin serve`: its address, folder, and the code of its first account."""

    url: str
    folder: Path
    code: str


@pytest.fixture(scope="session")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own process, ended as Ctrl-C would."""
    folder = tmp_path_factory.mktemp("served")
    command = [sys.executable, "-m", "lianjin", "serve", "--data", str(folder), "--port", "0"]
    environment = os.environ | {"LIANJIN_LANG": "en", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, f"the server ended: {said}"
            said += line
        url, code = re.search(r"http://\S+", said), re.search(r"setup_\S+", said)
        assert url is not None
        assert code is not None
        try:
            yield Server(url[0], folder, code[0])
        finally:
            process.terminate()
            process.wait(timeout=20)


def chromium() -> str | None:
    """A browser that is installed here, by its path."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; skips where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if (path := chromium()) is None:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@dataclass
class Person:
    """Somebody at a browser of their own, who sees whether anything runs that should not."""

    page: Any
    url: str
    answers: list[str] = field(default_factory=list)

    def goes(self, path: str) -> Person:
        """Opens an address and waits for what it shows."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector("#main")
        return self

    def sees(self, text: str) -> Person:
        """Waits for a text."""
        self.page.get_by_text(text).first.wait_for()
        return self

    def fills(self, **values: str) -> Person:
        """Fills fields by their names."""
        for name, value in values.items():
            self.page.locator(f"[name={name}]").first.fill(value)
        return self

    def presses(self, name: str) -> Person:
        """Presses the button of that name."""
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.click()
        return self

    def confirms(self, name: str) -> Person:
        """Presses the dialog's button."""
        dialog = self.page.locator("dialog")
        dialog.get_by_role("button", name=re.compile(re.escape(name))).click()
        dialog.wait_for(state="detached")
        return self

    def is_safe(self) -> None:
        """Nothing of a text ran, nothing was kept from loading, no page failed."""
        assert self.page.evaluate("window.ran") is None
        assert self.page.evaluate("window.broken") == []
        assert self.answers == []


Opened = Callable[..., Any]


@pytest.fixture
def person(browser: Any, server: Server) -> Iterator[Opened]:
    """Opens browsers for people: `person("login")` is signed in, `person()` is not."""
    contexts: list[Any] = []

    def opened(login: str = "", *, locale: str = "en-GB", width: int = 1440) -> Person:
        context = browser.new_context(
            locale=locale, viewport={"width": width, "height": 900}, accept_downloads=True
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.set_default_timeout(10_000)
        found = Person(page, server.url)
        page.on("dialog", lambda dialog: found.answers.append(dialog.message))
        page.on("pageerror", lambda error: found.answers.append(str(error)))
        if login:
            found.goes("/sign-in").fills(login=login, password=PASSWORD).presses("Sign in")
            page.wait_for_url(lambda url: "sign-in" not in url)
        return found

    yield opened
    for context in contexts:
        context.close()


@contextmanager
def caller(server: Server, login: str = "") -> Iterator[httpx.Client]:
    """A client of the API, with the session of a person."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        if login:
            asked = {"login": login, "password": PASSWORD}
            assert client.post("/api/session", json=asked).status_code == 201
        yield client
