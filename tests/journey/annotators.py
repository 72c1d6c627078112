"""A process in which many people annotate until it is killed; each acknowledged answer is a line."""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

from lianjin.annotate.answer import Answer
from lianjin.annotate.project import Person
from lianjin.annotate.queue import next_task, submit_and_next
from lianjin.annotate.review import next_review, review
from lianjin.core.database import Database
from lianjin.core.errors import LianjinError
from lianjin.core.event import Sequencer
from lianjin.core.key import read_key
from lianjin.core.log import Log

PRINTING = threading.Lock()


def say(*words: str) -> None:
    """One line to whoever watches; it is out before anything else happens."""
    with PRINTING:
        print(*words, flush=True)


def annotate(database: Database, project: str, number: int, seed: int) -> None:
    """One person's work: take, answer, now and then be silent and let a lease run out."""
    me, dice = Person(f"user_{number}", "organisation_base"), random.Random(f"{seed} {number}")
    while True:
        try:
            served = database.write(lambda tx: next_task(tx, me, project))
            while served is not None:
                say("leased", served.assignment.id, served.task.id, me.id)
                mine, answer = served.assignment.id, Answer(dice.choice(["a_much", "b_much"]))
                turn = database.write(
                    lambda tx, m=mine, a=answer: submit_and_next(tx, me, m, a)  # type: ignore[misc]
                )
                say("kept", turn.annotation.id, served.task.id, me.id)
                served = turn.served
        except LianjinError:
            continue
        if served is None:
            return


def judge(database: Database, project: str, number: int) -> None:
    """A reviewer who accepts two of three and returns the third."""
    me = Person(f"reviewer_{number}", "organisation_check")
    for turn in range(1_000_000):
        item = database.write(lambda tx: next_review(tx, me, project))
        if item is None:
            continue
        verdict = "return" if turn % 3 == 2 else "accept"
        try:
            found = database.write(
                lambda tx, i=item, v=verdict: review(tx, me, i.annotation.id, v, comment="看过")  # type: ignore[misc]
            )
        except LianjinError:
            continue
        say("reviewed", found.id, item.task.id, me.id)


def main(folder: Path, project: str, people: int, seed: int) -> None:
    """Runs until all tasks are answered or until it is killed."""
    with (
        Log.open(folder / "log", read_key(folder / "log.key")) as log,
        Database(f"sqlite:///{folder}/l.db") as database,
        Sequencer(database, log),
    ):
        workers = [
            threading.Thread(target=annotate, args=(database, project, number, seed), daemon=True)
            for number in range(people)
        ]
        for number in range(2):
            threading.Thread(target=judge, args=(database, project, number), daemon=True).start()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
