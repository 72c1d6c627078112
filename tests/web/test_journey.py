"""The whole trade in the browser, by people of four organisations, with hostile texts everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.curate.build import build

from .conftest import PASSWORD, SCRIPT, Opened, Person, Server, caller

RECIPE = """
name: answers
version: 1
input: {format: jsonl, prompt: prompt, chosen: chosen, rejected: rejected}
steps: []
"""
PAGES = """
name: pages
version: 1
input: {format: jsonl, text: text, title: title}
steps:
  - repair: entities
  - keep: "chars >= 20"
"""
REQUIREMENT = """
name: gov
version: 1
about: {zh: 政务, en: public services}
taxonomy:
  - {by: fields.domain, cells: [政务], least: 1}
items: [content, source]
source: {kind: 自采, details: "政务大厅记录 <script>window.ran=1</script>"}
licence: {name: LicenseRef-lianjin-agreement, evidence: 授权书}
"""
PAIRS = [
    {
        "prompt": f"{i}：补办身份证要带什么？{SCRIPT}",
        "chosen": f"带户口簿，到就近的派出所办理。{SCRIPT}",
        "rejected": f"不清楚。{SCRIPT}",
        "domain": "政务",
    }
    for i in range(3)
]
TEXTS = [
    {
        "title": f"公告{SCRIPT}",
        "text": f"早市&amp;晚市都在老石桥上，卖菜的人把韭菜扎成小把。{SCRIPT}",
    },
    {"title": "短", "text": "太短"},
]
SUPPLIER = f"岚石语料{SCRIPT}"


def committed(server: Server, folder: Path, name: str, recipe: str, rows: list[Any]) -> None:
    """A version in the server's registry, built from the rows."""
    folder.mkdir()
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    (folder / "recipe.yaml").write_text(recipe, "utf-8")
    out = build(folder / "recipe.yaml", input=folder / "rows.jsonl", out=folder / "out").out
    registry = Registry(server.folder / "registry")
    registry.commit(out, VersionName.parse(name), created_by="user_x", now="2026-01-31T08:00:00Z")


def invited(operator: httpx.Client, organisation: str, login: str, *roles: str) -> None:
    """An account of an organisation, made by invitation."""
    asked = {"organisation": organisation, "roles": list(roles)}
    code = operator.post("/api/invitations", json=asked).json()["code"]
    user = {"login": login, "name": f"{login}{SCRIPT}"[:60], "password": PASSWORD}
    with httpx.Client(base_url=str(operator.base_url), headers=operator.headers) as client:
        said = client.post("/api/invitations/accept", json={"code": code, "user": user})
    assert said.status_code == 201, said.text


def sets_up(person: Opened, server: Server) -> None:
    """The operator opens an empty server and registers an organisation by hand."""
    admin: Person = person()
    admin.goes("/").page.wait_for_url("**/market")
    admin.goes("/sign-in").sees("Set up this server")
    admin.fills(code=server.code, title="Exchange", organisation="exchange")
    admin.fills(name="Admin", login="admin", password=PASSWORD).presses("Set up and sign in")
    admin.page.wait_for_url("**/datasets")
    admin.goes("/people").presses("Register one")
    admin.fills(title=SUPPLIER)
    admin.page.locator("dialog [name=name]").fill("lanshi")
    admin.confirms("Add").sees("lanshi").presses("Verify").sees("verified")
    admin.is_safe()


def staff(server: Server) -> dict[str, str]:
    """Everybody else, without a browser; the organisations by name."""
    with caller(server, "admin") as operator:
        known = {one["name"]: one["id"] for one in operator.get("/api/organisations").json()}
        for name, kind in (("hengchi", "assessor"), ("huaixu", "buyer")):
            body = {"name": name, "title": name, "kinds": [kind]}
            known[name] = operator.post("/api/organisations", json=body).json()["id"]
            state = {"state": "verified"}
            operator.put(f"/api/organisations/{known[name]}/state", json=state)
        invited(operator, known["lanshi"], "xu", "owner", "engineer")
        invited(operator, known["lanshi"], "miao", "annotator")
        invited(operator, known["lanshi"], "lu", "reviewer")
        invited(operator, known["hengchi"], "heng", "owner", "assessor")
        invited(operator, known["huaixu"], "shen", "owner", "buyer")
        paid = {"amount_fen": 10_000_000, "reference": "bank-1"}
        operator.post(f"/api/organisations/{known['huaixu']}/deposits", json=paid)
    return known


def looks_at_documents(engineer: Person) -> None:
    """A version's funnel adds up; a reason leads to its documents; their edits are marked."""
    engineer.goes("/datasets").sees("pages")
    engineer.page.get_by_role("link", name="pages").click()
    engineer.sees("Records add up")
    engineer.page.get_by_role("link", name="See the 1 that").click()
    engineer.sees("dropped").page.keyboard.press("3")
    engineer.page.wait_for_url("**view=raw*")
    engineer.page.get_by_label("kept").check()
    engineer.page.keyboard.press("1")
    engineer.page.locator(".prose del", has_text="&amp;").wait_for()
    assert engineer.page.locator(".prose").inner_text().count("<script>") == 1
    engineer.page.keyboard.press("m")
    engineer.sees("1 on your list")
    engineer.page.locator(".what-if input[type=number]").fill("2")
    engineer.sees("it would keep 2; now it keeps 1")
    engineer.page.locator(".filt input[type=search]").fill("<script>")
    engineer.page.keyboard.press("Enter")
    engineer.page.wait_for_url("**words=*")
    engineer.sees("1 document").is_safe()


def goes_by_keys(engineer: Person) -> None:
    """From place to place, and to the list of all keys and back, without a mouse."""
    engineer.goes("/market").page.locator("body").click()
    engineer.page.keyboard.press("g")
    engineer.page.keyboard.press("d")
    engineer.page.wait_for_url("**/datasets")
    engineer.page.keyboard.press("?")
    engineer.sees("On every page").page.keyboard.press("Escape")
    engineer.page.locator(".drawer").wait_for(state="detached")
    engineer.page.keyboard.press("/")
    engineer.page.keyboard.type("g m")  # a text field has its keys for itself
    assert engineer.page.locator(".find input").first.input_value() == "g m"
    assert engineer.page.title() == "Datasets · 炼金 lianjin"


def starts_a_project(engineer: Person) -> str:
    """From a version to a project that is open; its address."""
    engineer.goes("/annotate/new?version=lanshi/pairs@1.0.0")
    engineer.fills(name=f"客服{SCRIPT}", question_zh=f"哪个好？{SCRIPT}", guideline=f"规范{SCRIPT}")
    engineer.fills(overlap="1", review_share="100").presses("Make a draft")
    engineer.sees("Take tasks from the dataset").presses("Take tasks from the dataset")
    engineer.sees("3 tasks added").presses("Open it")
    engineer.page.get_by_role("button", name="Close it").wait_for()
    engineer.is_safe()
    return str(engineer.page.evaluate("location.pathname"))


def answers_by_keys(annotator: Person, project: str) -> None:
    """Three answers without a mouse; a draft outlives a reload."""
    annotator.goes(f"{project}/work").sees("补办身份证")
    page = annotator.page
    page.locator("textarea").fill("kept for later")
    page.get_by_text("Draft saved").wait_for()
    annotator.goes(f"{project}/work").sees("补办身份证")
    assert page.locator("textarea").input_value() == "kept for later"
    page.locator(".work").click(position={"x": 5, "y": 5})
    page.keyboard.press("x")
    page.locator("dialog textarea").fill("nothing is wrong")
    page.keyboard.press("Control+Enter")  # under a dialog no key does anything
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    for n_done in range(3):
        page.locator(".work").click(position={"x": 5, "y": 5})
        for key in ("2", "t", "ArrowDown", "w", "ArrowUp"):
            page.keyboard.press(key)
        page.keyboard.press("Shift+Q")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+E")
        page.get_by_role("button", name="Submit and next").wait_for()
        page.context.set_offline(n_done == 2)
        page.keyboard.press("Enter")
        if n_done < 2:
            page.locator(".me dd", has_text=str(n_done + 1)).first.wait_for()
    annotator.sees("The server cannot be reached")
    page.context.set_offline(False)
    page.locator(".offline").wait_for(state="detached")
    annotator.goes(f"{project}/work").sees("No task for now").is_safe()


def reviews_answers(reviewer: Person, project: str) -> None:
    """One accepted, one returned with a comment, one accepted."""
    reviewer.goes(f"{project}/review").sees("The annotator's answer")
    reviewer.page.keyboard.press("Enter")
    reviewer.sees("The annotator's answer").presses("Return")
    reviewer.page.locator("textarea").last.fill(f"说清楚{SCRIPT}")
    reviewer.presses("Decide and next").sees("The annotator's answer").is_safe()


def evaluates(engineer: Person, assessor: str) -> None:
    """The supplier has the version evaluated, for an assessor to see."""
    engineer.goes("/datasets/lanshi/pairs/1.0.0?tab=evaluation").sees("not evaluated yet")
    engineer.page.locator("[name=assessor]").select_option(assessor)
    engineer.fills(requirement=REQUIREMENT).presses("Evaluate it")
    engineer.page.get_by_text("all passed").wait_for(timeout=60_000)
    engineer.is_safe()


def certifies(assessor: Person) -> None:
    """The assessor looks at the evaluation and signs a certificate over it."""
    assessor.goes("/reviews").page.get_by_role("link", name="lanshi/pairs@1.0.0").click()
    assessor.presses("Sign a certificate").confirms("Sign a certificate")
    assessor.sees("Signature, root and log proof").is_safe()


def lists_it(engineer: Person) -> str:
    """A listing is written and submitted; its address."""
    engineer.goes("/listings/new?version=lanshi/pairs@1.0.0")
    engineer.fills(title=f"政务问答{SCRIPT}", summary=f"三条{SCRIPT}", domain=f"政务{SCRIPT}"[:40])
    engineer.fills(content=SCRIPT, source=SCRIPT, scenarios=f"热线{SCRIPT}", price="68000.01")
    engineer.page.locator("select", has_text="no certificate yet").select_option(index=1)
    engineer.sees("certificate attached").presses("Save the draft")
    engineer.sees("Submit for review").presses("Submit for review").sees("under review")
    engineer.is_safe()
    return str(engineer.page.evaluate("location.pathname"))


def buys_it(buyer: Person, product: str) -> str:
    """The price is held; both sign; the address of the order."""
    buyer.goes(product).sees("Request").page.keyboard.press("r")
    buyer.page.locator("dialog").get_by_text("¥68,000.01").first.wait_for()
    buyer.page.locator("dialog").get_by_role("button", name="Put ¥68,000.01").click()
    buyer.sees("Please sign the agreement").presses("Sign the agreement")
    buyer.confirms("Sign the agreement").sees("The supplier is to sign").is_safe()
    return str(buyer.page.evaluate("location.pathname"))


def fetches_it(buyer: Person, server: Server) -> None:
    """The data by a token that the page shows once."""
    buyer.goes("/people")
    buyer.page.locator("input[name=name]").fill(f"pull{SCRIPT}")
    buyer.presses("Make a token").sees("Store it now").presses("Show")
    token = buyer.page.locator(".copy code", has_text="lj_").inner_text()
    with httpx.Client(base_url=f"{server.url}/hub", follow_redirects=True) as client:
        headers = {"Authorization": f"Bearer {token}"}
        tree = client.get("/api/datasets/lanshi/pairs/tree/1.0.0?recursive=true", headers=headers)
        for entry in tree.json():
            if entry["type"] == "file":
                where = f"/datasets/lanshi/pairs/resolve/1.0.0/{entry['path']}"
                assert client.get(where, headers=headers).status_code == 200
    buyer.is_safe()


def meets_a_forged_proof(buyer: Person, order: str) -> None:
    """Somebody between server and browser changes one letter of each proof: the page says so."""

    def forged(route: Any) -> None:
        answer = route.fetch()
        proof = answer.json()
        proof["entry"] = proof["entry"].replace("order_", "0rder_", 1)
        route.fulfill(status=answer.status, json=proof)

    buyer.page.route("**/api/orders/*/proof*", forged)
    buyer.goes(order).sees("the proof fails")
    assert buyer.page.locator(".tl svg.ok").count() == 0
    buyer.page.unroute("**/api/orders/*/proof*")


@pytest.mark.slow  # seven people at browsers, an evaluation, and every page of the trade
def test_a_dataset_is_traded_by_people_and_no_text_becomes_markup(
    person: Opened, server: Server, tmp_path: Path
) -> None:
    sets_up(person, server)
    organisations = staff(server)
    committed(server, tmp_path / "pairs", "lanshi/pairs@1.0.0", RECIPE, PAIRS)
    committed(server, tmp_path / "pages", "lanshi/pages@1.0.0", PAGES, TEXTS)
    engineer, buyer, assessor = person("xu"), person("shen"), person("heng")
    goes_by_keys(engineer)
    looks_at_documents(engineer)
    project = starts_a_project(engineer)
    answers_by_keys(person("miao"), project)
    reviews_answers(person("lu"), project)
    evaluates(engineer, organisations["hengchi"])
    certifies(assessor)
    product = lists_it(engineer)
    assessor.goes("/reviews").sees("政务问答").page.get_by_role("link", name="政务问答").click()
    assessor.presses("List it").page.locator("dialog").get_by_role("button", name="List it").click()
    assessor.sees("No listing waits").is_safe()
    buyer.goes("/market?q=政務").sees("政务问答").is_safe()
    order = buys_it(buyer, product)
    engineer.goes(order).presses("Sign the agreement").confirms("Sign the agreement")
    fetches_it(buyer, server)
    buyer.goes(order).sees("Please accept or dispute").page.keyboard.press("a")
    buyer.confirms("Accept").sees("Settled")
    buyer.page.locator(".tl svg.ok").first.wait_for()  # a proof that this browser checked
    meets_a_forged_proof(buyer, order)
    buyer.is_safe()
    buyer.goes("/figures").sees("Turnover").page.get_by_role(
        "cell", name="¥68,000.01"
    ).first.wait_for()
    buyer.is_safe()
