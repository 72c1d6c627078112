"""`lianjin serve` says what is missing, and what it takes."""

from __future__ import annotations

import pytest

from .conftest import Run


def test_without_its_parts_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianjin.cli.serve.NEEDED", ("no_such_module_at_all",))
    said = run("serve", "--lang", "en")
    assert said.code == 2
    assert "no-server: the server's parts are not installed: no_such_module_at_all" in said.err
    assert "pip install 'lianjin[server]'" in said.err
    assert "安装" in run("serve", "--lang", "zh").err


@pytest.mark.parametrize("port", ["-1", "70000", "x"])
def test_a_port_that_there_is_not_is_refused(run: Run, port: str) -> None:
    assert run("serve", "--port", port).code == 2


def test_help_has_an_example(run: Run) -> None:
    said = run("serve", "--help", "--lang", "en")
    assert said.code == 0
    assert "lianjin serve --data lianjin-data --port 8000" in said.out
