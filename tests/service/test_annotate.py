"""People at work over HTTP: one effect for one key, nobody's task for another, texts as text."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from lianjin.core.event import events
from lianjin.service.account.token import make_token

from . import annotated
from .test_project import sent
from .world import World, code_of


def test_submit_and_next_are_one_call_and_one_effect(world: World) -> None:
    tenant = world.ours
    annotator = tenant.users["annotator"]
    project = annotated.opened(world, tenant, annotator, review_share=0.0)
    client = world.client(annotator)
    first = sent(client, "POST", f"/projects/{project}/next", {})["next"]
    path = f"/api/assignments/{first['assignment']['id']}/submit"
    body = {"choice": "a_slightly", "reason": "<b>A</b> 更清楚", "active_s": 3}
    key = {"Idempotency-Key": "k1"}
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: client.post(path, json=body, headers=key), range(4)))
    assert {one.status_code for one in got} == {200}
    assert len({one.text for one in got}) == 1
    following = got[0].json()["next"]
    assert following["task"]["id"] != first["task"]["id"]
    sent(client, "POST", f"/assignments/{following['assignment']['id']}/submit", {"choice": "same"})
    assert client.post(path, json=body, headers=key).text == got[0].text  # long after, too
    reused = client.post(path, json=body | {"choice": "same"}, headers=key)
    assert (reused.status_code, code_of(reused)) == (409, "key-reused")
    again = client.post(path, json=body)
    assert (again.status_code, code_of(again)) == (409, "already-submitted")
    people = sent(world.client(tenant.users["owner"]), "GET", f"/projects/{project}/people")
    assert [one["answers"] for one in people["people"]] == [2]


def test_a_task_is_shown_as_text_and_does_not_tell_what_was_chosen(world: World) -> None:
    annotator = world.ours.users["annotator"]
    project = annotated.opened(world, world.ours, annotator)
    got = world.client(annotator).post(f"/api/projects/{project}/next", json={})
    task = got.json()["next"]["task"]
    assert task["context"][0]["content"].endswith("<script>alert(1)</script>")
    assert got.headers["content-type"] == "application/json"
    assert set(task) == {"id", "position", "context", "answers"}
    assert {frozenset(answer) for answer in task["answers"]} == {frozenset({"side", "text"})}


def test_a_draft_a_skip_and_a_return_go_their_way(world: World) -> None:
    tenant = world.ours
    annotator, reviewer = tenant.users["annotator"], tenant.users["reviewer"]
    project = annotated.opened(world, tenant, annotator)
    client, other = world.client(annotator), world.client(reviewer)
    first = sent(client, "POST", f"/projects/{project}/next", {})["next"]["assignment"]["id"]
    draft = {"draft": {"choice": "same", "reason": "写到一半"}, "number": 1}
    assert sent(client, "PUT", f"/assignments/{first}/draft", draft) == {"done": True}
    assert client.put(f"/api/assignments/{first}/draft", json=draft).status_code == 409
    held = {"held": [first]}
    second = sent(client, "POST", f"/projects/{project}/next", held)["next"]["assignment"]["id"]
    sent(client, "POST", f"/assignments/{second}/skip", {"reason": "不会"})
    assert sent(client, "POST", f"/projects/{project}/next", {})["next"]["assignment"] | {
        "until_utc": ""
    } == {
        "id": first, "project": project, "task": sent(client, "POST", f"/projects/{project}/next", {})["next"]["task"]["id"],
        "state": "leased", "until_utc": "", "draft": draft["draft"], "draft_number": 1,
    }  # fmt: skip
    sent(client, "POST", f"/assignments/{first}/submit", {"choice": "b_much"})
    item = sent(other, "POST", f"/projects/{project}/reviews/next")["next"]
    assert item["annotation"]["answer"]["choice"] == "b_much"
    assert annotator not in json.dumps(item)
    verdict = {"verdict": "return", "comment": "<img src=x onerror=alert(1)> 再看看"}
    path = f"/annotations/{item['annotation']['id']}/review"
    assert sent(other, "POST", path, verdict)["verdict"] == "return"
    assert sent(other, "POST", f"/projects/{project}/reviews/next")["next"] is None
    back = sent(client, "POST", f"/projects/{project}/next", {})["next"]
    assert (back["assignment"]["id"], back["comment"]) == (first, verdict["comment"])
    sent(client, "POST", f"/assignments/{first}/release")
    withdrawn = sent(world.client(tenant.users["owner"]), "POST", f"/assignments/{first}/withdraw")
    assert withdrawn == {"done": True}


def test_an_answer_is_taken_back_before_it_is_reviewed(world: World) -> None:
    annotator = world.ours.users["annotator"]
    mine = annotated.taken(world, world.ours, annotator)
    client = world.client(annotator)
    sent(client, "POST", f"/assignments/{mine}/submit", {"choice": "same"})
    sent(client, "POST", f"/assignments/{mine}/take-back")
    assert (
        sent(client, "POST", f"/assignments/{mine}/submit", {"choice": "a_much"})["annotation"][
            "round"
        ]
        == 2
    )


def test_another_persons_task_is_not_found_and_the_attempt_is_recorded(world: World) -> None:
    mine = annotated.taken(world, world.ours, world.ours.users["annotator"])
    colleague = world.member(world.ours, "annotator")
    got = world.client(colleague).post(f"/api/assignments/{mine}/submit", json={"choice": "same"})
    assert (got.status_code, code_of(got)) == (404, "no-such-assignment")
    with world.state.database.read() as connection:
        refused, *_ = events(connection, actor=colleague)
    assert (refused.entry.event, refused.entry.ids["code"]) == ("refused", "no-such-assignment")


def test_nobody_reviews_their_own_answer_with_two_roles(world: World) -> None:
    both = world.member(world.ours, "annotator", "reviewer")
    mine = annotated.answered(world, world.ours, both)
    got = world.client(both).post(f"/api/annotations/{mine}/review", json={"verdict": "accept"})
    assert (got.status_code, code_of(got)) == (403, "own-answer")


@pytest.mark.parametrize(
    "body",
    [
        {"choice": "same", "reason": "x" * 900_000},
        {"choice": "same", "extra": 1},
        {"choice": "same", "active_s": -1},
        {"choice": "same", "active_s": 1e400},
        {"choice": "same", "scores": {"A": {"x": "5"}}},
        {"choice": "same", "scores": {"A": {}, "B": {}, "C": {}}},
        {"choice": ["same"]},
        {"choice": "same", "held": ["../../x"]},
        {"choice": "same", "held": ["assignment_" + "0" * 26] * 4},
        {"choice": None},
        {},
    ],
)
def test_a_wrong_answer_is_refused_and_the_task_stays(sqlite_world: World, body: Any) -> None:
    annotator = sqlite_world.ours.users["annotator"]
    mine = annotated.taken(sqlite_world, sqlite_world.ours, annotator)
    client = sqlite_world.client(annotator)
    content = json.dumps(body).replace("Infinity", "1e400")
    headers = {"Content-Type": "application/json"}
    got = client.post(f"/api/assignments/{mine}/submit", content=content, headers=headers)
    assert got.status_code in (400, 422), got.text
    assert len(got.text) < 2_000
    sent(client, "POST", f"/assignments/{mine}/submit", {"choice": "same"})


def test_half_a_character_is_refused(sqlite_world: World) -> None:
    annotator = sqlite_world.ours.users["annotator"]
    mine = annotated.taken(sqlite_world, sqlite_world.ours, annotator)
    client, headers = sqlite_world.client(annotator), {"Content-Type": "application/json"}
    for text in ('"\\ud800"', '"\\u0000"'):
        content = f'{{"choice": "same", "reason": {text}}}'
        got = client.post(f"/api/assignments/{mine}/submit", content=content, headers=headers)
        assert got.status_code in (400, 422), got.text
        content = f'{{"draft": {{"reason": {text}}}, "number": 1}}'
        got = client.put(f"/api/assignments/{mine}/draft", content=content, headers=headers)
        assert got.status_code in (200, 400, 422), got.text


def test_a_program_needs_a_token_that_may_write(sqlite_world: World) -> None:
    world, tenant = sqlite_world, sqlite_world.ours
    annotator = tenant.users["annotator"]
    project = annotated.opened(world, tenant, annotator)
    for scope, status in (("read", 403), ("write", 200)):
        _, secret = world.state.database.write(
            lambda tx, scope=scope: make_token(
                tx, annotator, tenant.organisation.id, "t", [scope], 1
            )
        )
        got = world.bearer(secret).post(f"/api/projects/{project}/next", json={})
        assert got.status_code == status, got.text
