"""The unmodified `datasets` client, in an environment of its own, as a buyer has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1] / "target" / "hub-client"
CLIENT = HOME / "bin" / "python"
WANTED = "datasets>=4,<6"


@pytest.fixture(scope="session")
def client() -> Path:
    """A Python with the client, which needs 400 MB that are nothing of ours; made once."""
    asked = [CLIENT, "-c", "import datasets"]
    if not CLIENT.exists() or subprocess.run(asked, check=False, capture_output=True).returncode:
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        command = [CLIENT, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", WANTED]
        said = subprocess.run(command, check=False, capture_output=True, text=True)
        if said.returncode != 0:
            pytest.skip(f"the client cannot be installed: {said.stderr.strip()[-200:]}")
    return CLIENT
