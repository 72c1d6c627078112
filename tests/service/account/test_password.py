"""Passwords: hashed as the standard says, few at once, and no faster for nobody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher, extract_parameters
from lianjin.core.errors import LimitExceeded
from lianjin.core.limits import PASSWORDS_WAITING
from lianjin.service.account.password import AT_ONCE, Passwords, password_problem

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_a_password_fits_its_hash_and_no_other() -> None:
    found = Passwords(CHEAP)
    stored = found.hash("four words nobody expects")
    assert found.is_right("four words nobody expects", stored)
    assert not found.is_right("four words nobody expected", stored)
    assert not found.is_right("", stored)
    assert not found.is_right("nobody has this password", None)
    assert not found.is_right("anything", "not a hash")
    assert stored != found.hash("four words nobody expects")


def test_the_cost_is_the_standards_second_option() -> None:
    found = extract_parameters(Passwords().hash("four words nobody expects"))
    assert (found.type.name, found.time_cost, found.memory_cost) == ("ID", 3, 64 << 10)
    assert (found.parallelism, found.salt_len, found.hash_len) == (4, 16, 32)


class Slow:
    """Counts how many hash at once, and lets them wait for each other."""

    def __init__(self) -> None:
        self.lock, self.gate = threading.Lock(), threading.Event()
        self.now = self.most = 0

    def hash(self, password: str) -> str:
        if password == "nobody has this password":
            return ""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.gate.wait(10)
        with self.lock:
            self.now -= 1
        return password


def test_few_are_hashed_at_once_and_who_comes_too_late_is_sent_away() -> None:
    slow = Slow()
    found = Passwords(slow)  # type: ignore[arg-type]
    with ThreadPoolExecutor(PASSWORDS_WAITING + 4) as pool:
        futures = [pool.submit(found.hash, str(n)) for n in range(PASSWORDS_WAITING + 4)]
        refused = 0
        while refused < 4:
            refused = sum(future.done() for future in futures)
        slow.gate.set()
        errors = [future.exception() for future in futures]
    assert slow.most == AT_ONCE
    assert sum(isinstance(error, LimitExceeded) for error in errors) == 4
    assert found.hash("again") == "again"


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [
        ("four words nobody expects", True),
        ("一二三四五六七八九十", True),
        ("short", False),
        ("x" * 300, False),
        ("abababababab", False),
        ("my name is ada", False),
    ],
)
def test_length_decides_what_is_a_password(password: str, is_fine: bool) -> None:
    assert (not password_problem(password, "ada")) == is_fine
