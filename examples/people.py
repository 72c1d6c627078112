"""The people of the closed loop and the server they meet at.

Takes a folder; gives a running server in it with a supplier, two annotators, a reviewer, an assessor
and a buyer who has money. Their passwords are made anew and kept in the folder: run again, it goes on.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lianjin.core.key import VerifierKey
from lianjin.evaluate.certificate import Certificate, check_certificate
from person import Person, Refused

ORGANISATIONS = {
    "lanshi": ("蓝石数据", ["supplier"]),
    "shuxi": ("书溪标注基地", ["annotation"]),
    "hengping": ("衡平评测", ["assessor"]),
    "yunhe": ("云禾智能", ["buyer"]),
}
PEOPLE = {
    "zhao": ("lanshi", "赵岚", ["owner", "engineer"]),
    "qian": ("shuxi", "钱舒", ["annotator"]),
    "sun": ("shuxi", "孙熙", ["annotator"]),
    "li": ("shuxi", "李审", ["reviewer"]),
    "zhou": ("hengping", "周衡", ["assessor", "owner"]),
    "wu": ("yunhe", "吴禾", ["buyer", "owner"]),
}
"""By login: organisation, name, roles."""


@dataclass
class Market:
    """A server and its people."""

    folder: Path
    server: str
    client: str
    operator: Person
    by_login: dict[str, Person]
    _shown: int = field(default=0)

    @property
    def supplier(self) -> Person:
        """Builds, offers and is paid."""
        return self.by_login["zhao"]

    @property
    def annotators(self) -> tuple[Person, Person]:
        """Say which answer is better."""
        return self.by_login["qian"], self.by_login["sun"]

    @property
    def reviewer(self) -> Person:
        """Looks at what the annotators said."""
        return self.by_login["li"]

    @property
    def assessor(self) -> Person:
        """Certifies and reviews, for an organisation of its own."""
        return self.by_login["zhou"]

    @property
    def buyer(self) -> Person:
        """Pays, loads and accepts."""
        return self.by_login["wu"]

    def build(self, version: str, recipe: str, upload: str, parents: Sequence[str] = ()) -> Any:
        """What a build of an upload gave; `version`: `qa@1.0.0`, `parents`: what it was made from."""
        dataset, _, number = version.partition("@")
        asked = {"dataset": dataset, "version": number, "recipe": recipe}
        asked |= {"input": {"upload": upload}, "parents": list(parents)}
        return self.supplier.job(kind="build", **asked)

    def show(self, arrow: str, what: str, subject: str = "") -> None:
        """Prints an arrow with the log entry of the last event about its subject."""
        event = self.operator.get(f"/events?limit=1&subject={quote(subject or what)}")[0]
        while event["log_index"] is None:
            event = self.operator.get(f"/events/{event['id']}")
        print(f"{arrow:36} {what:52} log {event['log_index']}: {event['event']}", flush=True)

    def work_through(self, project: str) -> None:
        """Every annotator answers until nothing is left; the reviewer accepts what he agrees with."""
        for person in self.annotators:
            served = person.look(f"/projects/{project}/next")
            while (task := served["next"]) is not None:
                choice = better(task["task"]["answers"], is_strict=person is self.annotators[0])
                path = f"/assignments/{task['assignment']['id']}/submit"
                served = person.post(path, choice=choice, reason="说清了原因", active_s=20)
        reviews = f"/projects/{project}/reviews/next"
        while (waiting := self.reviewer.look(reviews)["next"]) is not None:
            path = f"/annotations/{waiting['annotation']['id']}/review"
            self.reviewer.post(path, verdict="accept")

    def gathered(self, *built: Any) -> Path:
        """A folder with the exported records of several projects."""
        folder = self.folder / "gathered"
        folder.mkdir(exist_ok=True)
        for one in built:
            name = one["version"].rpartition("@")[2]
            path = f"/projects/{one['project']}/export/{name}/records.jsonl"
            records = self.supplier.get_text(path)
            (folder / f"{one['project']}.jsonl").write_text(records, "utf-8")
        return folder

    def load(self, dataset: str, version: str) -> int:
        """Rows that the buyer's own client loads."""
        token = self.buyer.post("/tokens", name="training", scopes=["pull"], days=1)["secret"]
        environment = os.environ | {"HF_ENDPOINT": f"{self.server}/hub", "HF_TOKEN": token}
        environment |= {"HF_HUB_DISABLE_XET": "1", "HF_HOME": str(self.folder / "client")}
        program = [self.client, str(Path(__file__).with_name("load.py")), dataset, version]
        return int(subprocess.run(program, env=environment, check=True, capture_output=True).stdout)

    def verify(self, text: str) -> None:
        """Checks certificate, log and books from what anybody may read."""
        trusted = VerifierKey.read(self.operator.get_text("/log/verifier", root="").strip())
        found = Certificate.read(text.encode())
        checked = check_certificate(text.encode(), (found.key, trusted))
        books = self.operator.get("/ledger")
        print(f"certificate: {len(checked.faults)} faults; ledger: {books['n_transfers']} transfers, "
              f"{books['pending_fen']} fen pending")  # fmt: skip


def better(answers: list[Any], *, is_strict: bool) -> str:
    """The choice of somebody who likes an answer that says why, and more of it."""
    first, second = (len(answer["text"]) for answer in answers)
    much = "much" if is_strict or abs(first - second) > 20 else "slightly"
    return f"{'a' if first > second else 'b'}_{much}"


@contextmanager
def open_market(folder: Path, client: str) -> Iterator[Market]:
    """The server in a folder, with its people signed in; it ends with the block.

    `client`: the buyer's own Python, with `datasets`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "lianjin", "serve", "--data", str(folder), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--lang", "en"], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        assert process.stdout is not None
        server = process.stdout.readline().strip().rpartition(" ")[2]
        code = ""
        for line in process.stdout:
            if line.startswith("  "):
                code = line.strip()
            if "Ctrl-C" in line:
                break
        yield _settled(folder, server, client, code)
    finally:
        process.terminate()
        process.wait(30)


def _settled(folder: Path, server: str, client: str, code: str) -> Market:
    """The market with everybody in it: made at the first run, signed in at a later one."""
    passwords = _passwords(folder / "people.json")
    operator = Person(server, "operator", passwords["operator"])
    if code:
        user = {"login": "operator", "name": "运营", "password": operator.password}
        operator.post(
            "/setup", code=code, organisation={"name": "platform", "title": "平台运营"}, user=user
        )
    operator.sign_in()
    known = {one["name"]: one["id"] for one in operator.get("/organisations")}
    for name, (title, kinds) in ORGANISATIONS.items():
        if name not in known:
            made = operator.post("/organisations", name=name, title=title, kinds=kinds)
            known[name] = made["id"]
            operator.put(f"/organisations/{made['id']}/state", {"state": "verified"})
    people = {login: Person(server, login, passwords[login]) for login in PEOPLE}
    for login, (organisation, name, roles) in PEOPLE.items():
        try:
            people[login].sign_in()
        except Refused:
            invited = operator.post("/invitations", organisation=known[organisation], roles=roles)
            user = {"login": login, "name": name, "password": passwords[login]}
            people[login].post("/invitations/accept", code=invited["code"], user=user)
            people[login].sign_in()
    deposit = {"amount_fen": 1_000_000, "reference": "first"}
    operator.post(f"/organisations/{people['wu'].organisation}/deposits", **deposit)
    return Market(folder, server, client, operator, people)


def _passwords(path: Path) -> dict[str, str]:
    if not path.exists():
        made = {login: secrets.token_urlsafe(12) for login in ("operator", *PEOPLE)}
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(made, file)
    found: dict[str, str] = json.loads(path.read_text())
    return found
