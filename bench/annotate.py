"""How fast people get their next task: submit-and-next over HTTP against a server process of its own.

The server checks a token, keeps the answer and its event, hands out the next task, and its log takes
the events. The clients are one thread that writes requests by hand, so that the server is what is
measured; its CPU is read from the system, the clients' is left out.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from lianjin.annotate.answer import Answer
from lianjin.annotate.assignment import ASSIGNMENTS, HOLDING
from lianjin.annotate.project import Person, Plan, Project, create_project, move_project
from lianjin.annotate.queue import next_task, submit_and_next
from lianjin.annotate.task import TASKS, add_tasks, tasks_of
from lianjin.core.clock import Stopwatch
from lianjin.core.database import Database, Transaction
from lianjin.core.words import Words
from lianjin.market import party
from lianjin.service.account.membership import add_member
from lianjin.service.account.token import make_token
from lianjin.service.account.user import make_user
from lianjin.service.state import opened
from lianjin.stats.agreement import LEVELS, alpha, counts

from bench.row import Row
from bench.usage import ROOT

FOLDER = ROOT / "target" / "bench" / "annotate"
PEOPLE = 100
TASKS_MADE = 6_000
OVERLAP = 3
SUBMITS = 8_000
PACED_S = 15
THINK_S = 0.5
"""On the average; each time between half and one and a half of it, as people who are not in step."""
PROMPT = "冬天早上起来窗玻璃里面全是水，窗台都湿了，是不是窗户漏水？要怎么弄？"
GOOD = "多半不是漏水，是凝结：屋里的暖湿空气碰到冰冷的玻璃，水汽就变成水珠。" * 5
BAD = "可以在窗缝打一圈密封胶，把潮气挡在外面。" * 7
ANSWER = {"choice": "a_slightly", "reason": "A 给了可验证的办法", "active_s": 20}
SERVER = """
import sys, pathlib
from lianjin.service.server import run
run(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]), say=lambda text: print("ready", flush=True))
"""


@dataclass
class _Client:
    """One annotator's connection and what it measured."""

    token: str
    waits_ms: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def rows(megabytes: int) -> Iterator[Row]:
    """Without the web, then as fast as it goes, then at the pace of people who never rest."""
    yield _alpha()
    yield _domain()
    for think_s, seconds in ((0.0, None), (THINK_S, PACED_S)):
        shutil.rmtree(FOLDER, ignore_errors=True)
        project, tokens = _world()
        yield from _over_http(project, tokens, think_s, seconds)
    shutil.rmtree(FOLDER)


def _alpha() -> Row:
    """Alpha of 150,000 answers in five classes, three to a unit; the peers' dense table is 0.87 GB."""
    dice = random.Random(1)
    answers = [(unit, dice.choice((0, 1, 2, 3, 4))) for unit in range(50_000) for _ in range(3)]
    watch = Stopwatch()
    counted = counts(answers)
    counts_ms = 1e3 * watch.cpu_s()
    watch = Stopwatch()
    for level in LEVELS:
        alpha(counted, level)
    each_ms = 1e3 * watch.cpu_s() / len(LEVELS)
    return Row(
        "Krippendorff's alpha of 150,000 answers, from counts",
        f"{each_ms:.1f} ms CPU",
        "< 50 ms",
        holds=each_ms < 50,
        note=f"counting them first: {counts_ms:.0f} ms",
    )


def _records() -> Iterator[dict[str, Any]]:
    for number in range(TASKS_MADE):
        pair = {"prompt": f"{PROMPT}（{number}）", "chosen": GOOD, "rejected": BAD}
        yield {
            "id": f"a.jsonl#{number}",
            "kind": "preference",
            "messages": None,
            "preference": pair,
        }


def _project(tx: Transaction, owner: Person, people: str) -> Project:
    question = Words("Which answer is better?", "哪个答复更好？")
    plan = Plan(
        "bench", "lab/answers@1.0.0", "pair", question, overlap=OVERLAP, annotators=(people,),
        reviewers=(owner.id,), review_share=0.1,
    )  # fmt: skip
    project = create_project(tx, owner, plan)
    add_tasks(tx, project, tasks_of(project, _records(), {}))
    return move_project(tx, owner, project.id, "open")


def _domain() -> Row:
    """The same work through `Database.submit`, a hundred waiting at a time."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    people = [Person(f"user_{n}", "organisation_base") for n in range(PEOPLE)]
    answer = Answer(ANSWER["choice"], {}, ANSWER["reason"], 20)  # type: ignore[arg-type]
    with Database(f"sqlite:///{FOLDER}/l.db") as database:
        database.create()
        owner = Person("user_owner", "organisation_lab")
        project = database.write(lambda tx: _project(tx, owner, "organisation_base"))
        served = [database.write(lambda tx, p=p: next_task(tx, p, project.id)) for p in people]
        watch, n = Stopwatch(), 0
        while n < SUBMITS:
            futures = [
                database.submit(
                    lambda tx, p=p, s=s: submit_and_next(tx, p, s.assignment.id, answer)
                )
                for p, s in zip(people, served, strict=True)
            ]
            served = [future.result().served for future in futures]
            n += PEOPLE
        cpu_s, wall_s = watch.cpu_s(), watch.wall_s()
        doubles = _doubles(database)
    return Row(
        "submit and next without HTTP, 100 waiting together, each on disk when it returns",
        f"{n / wall_s:,.0f}/s, {1e3 * cpu_s / n:.2f} ms CPU",
        holds=doubles == 0,
        note=f"{doubles} places too many",
    )


def _world() -> tuple[Project, list[str]]:
    """A server's folder with a project and a hundred people with tokens."""

    def work(tx: Transaction) -> tuple[Project, list[str]]:
        base = party.create(tx, "system", "base", "栖桐标注", ["supplier"])
        party.verify(tx, "system", base.id)
        tokens = []
        for number in range(PEOPLE):
            user = make_user(tx, f"annotator-{number}", f"annotator {number}", "x")
            add_member(tx, "system", user.id, base, ["annotator"])
            tokens.append(make_token(tx, user.id, base.id, "bench", ["write"], 1)[1])
        return _project(tx, Person("user_owner", "organisation_lab"), base.id), tokens

    with opened(FOLDER) as state:
        return state.database.write(work)


def _over_http(
    project: Project, tokens: list[str], think_s: float, seconds: int | None
) -> Iterator[Row]:
    port = 18_765
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(FOLDER), str(port)], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        _wait_for(port)
        clients = [_Client(token) for token in tokens]
        cpu_s, wall_s = asyncio.run(_load(port, project.id, clients, process.pid, think_s, seconds))
    finally:
        process.terminate()
        process.wait()
    with Database(f"sqlite:///{FOLDER}/lianjin.db") as database:
        doubles, lost = _doubles(database), _lost(database, clients)
    yield _row(clients, cpu_s, wall_s, doubles, lost, think_s)


def _wait_for(port: int) -> None:
    """Until the server, which has said that it is about to, listens."""
    for _ in range(500):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens at port {port}")


def _row(
    clients: list[_Client], cpu_s: float, wall_s: float, doubles: int, lost: int, think_s: float
) -> Row:
    waits = sorted(wait for client in clients for wait in client.waits_ms)
    failures = [failure for client in clients for failure in client.failures]
    n = len(waits)
    rate, each_ms = n / wall_s, 1e3 * cpu_s / n
    p50, p99 = waits[n // 2], waits[n * 99 // 100]
    right = doubles == lost == len(failures) == 0
    found = f"{rate:,.0f}/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms, {each_ms:.2f} ms CPU"
    note = f"{n:,} submits; {doubles} double, {lost} lost, {len(failures)} failed"
    if failures:
        note += f": {failures[0][:200]}"
    if think_s:
        job = f"submit and next over HTTP, {len(clients)} people who think {think_s:g} s"
        return Row(job, found, "p99 < 50 ms", holds=right and p99 < 50, note=note)
    job = f"submit and next over HTTP, {len(clients)} people who do not think, token and audit"
    return Row(
        job, found, "≥ 400/s, ≤ 3 ms CPU", holds=right and rate >= 400 and each_ms <= 3, note=note
    )


async def _load(
    port: int, project: str, clients: list[_Client], pid: int, think_s: float, seconds: int | None
) -> tuple[float, float]:
    """CPU seconds of the server and wall seconds, from when all have a task."""
    done, ready = asyncio.Event(), asyncio.Barrier(len(clients) + 1)
    left = [SUBMITS]

    async def annotator(number: int, client: _Client) -> None:
        dice = random.Random(number)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        served = await _post(reader, writer, client, f"/api/projects/{project}/next", {}, "")
        following = served["next"]
        await ready.wait()
        if think_s:
            await asyncio.sleep(think_s * number / len(clients))
        while following is not None and not done.is_set() and left[0] > 0:
            left[0] -= 1
            identity = following["assignment"]["id"]
            began = time.perf_counter()
            path = f"/api/assignments/{identity}/submit"
            said = await _post(reader, writer, client, path, ANSWER, identity)
            client.waits_ms.append(1e3 * (time.perf_counter() - began))
            if "annotation" not in said:
                client.failures.append(json.dumps(said))
                break
            client.acknowledged.append(said["annotation"]["id"])
            following = said["next"]
            if think_s:
                await asyncio.sleep(think_s * dice.uniform(0.5, 1.5))
        writer.close()

    async with asyncio.TaskGroup() as group:
        for number, client in enumerate(clients):
            group.create_task(annotator(number, client))
        await ready.wait()
        cpu_s, began = _cpu_s(pid), time.perf_counter()
        if seconds is not None:
            group.create_task(_after(seconds, done))
    return _cpu_s(pid) - cpu_s, time.perf_counter() - began


async def _after(seconds: int, done: asyncio.Event) -> None:
    await asyncio.sleep(seconds)
    done.set()


async def _post(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    client: _Client,
    path: str,
    body: dict[str, Any],
    key: str,
) -> Any:
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    )
    head += f"Idempotency-Key: {key}\r\n" if key else ""
    writer.write(head.encode() + b"\r\n" + content)
    headers = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(headers.partition(b"content-length:")[2].partition(b"\r\n")[0])
    return json.loads(await reader.readexactly(length))


def _cpu_s(pid: int) -> float:
    """CPU seconds of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _doubles(database: Database) -> int:
    """Places held beyond the overlap, and tasks that one person holds twice."""
    held = (
        sa.select(ASSIGNMENTS.c.task, sa.func.count().label("n"))
        .where(ASSIGNMENTS.c.state.in_(HOLDING))
        .group_by(ASSIGNMENTS.c.task)
    ).subquery()
    wrong = sa.select(sa.func.count()).select_from(held.join(TASKS, TASKS.c.id == held.c.task))
    wrong = wrong.where((held.c.n > OVERLAP) | (held.c.n != TASKS.c.taken))
    with database.read() as connection:
        return int(connection.execute(wrong).scalar_one())


def _lost(database: Database, clients: list[_Client]) -> int:
    """Answers that were acknowledged and are not there."""
    with database.read() as connection:
        rows = connection.execute(sa.text("SELECT id FROM annotation")).scalars()
        there = set(rows)
    return sum(one not in there for client in clients for one in client.acknowledged)
