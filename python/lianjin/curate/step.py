"""The steps of a recipe, one by one and together: what they say, and everything that is wrong with it.

Takes the YAML of a list of steps; gives operations, rules and links. `curate/check.py` has the rest of a
recipe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianjin.core.checker import Checker
from lianjin.core.limits import RECIPE_STEPS
from lianjin.core.marked import Marked
from lianjin.core.problem import Problem
from lianjin.core.words import NOTHING, Words, nearest
from lianjin.curate.recipe import Keep, Link, Operation
from lianjin.operators.registry import LISTED, Operator, Verb, operators
from lianjin.operators.repair import ORDER
from lianjin.operators.rule import Fault, Kind, RuleFault, conjuncts, faults, unreachable
from lianjin.operators.rule import parse as parse_rule
from lianjin.operators.settings import resolved, wrong

STEP_KEYS: Mapping[str, tuple[str, ...]] = {
    "repair": ("with",),
    "score": (),
    "keep": ("when_null",),
    "link": ("with", "after"),
}


class StepChecker(Checker):
    """Checks steps. `kinds`: what each column and score holds; `warnings`: what is no reason to refuse."""

    warnings: list[Problem]
    kinds: Mapping[str, Kind]

    def _steps(self, root: Marked) -> list[Operation | Keep | Link]:
        marked = root.value.get("steps")
        if marked is None or not isinstance(marked.value, tuple):
            said = Words("the recipe has no `steps`", "配方没有 `steps`")
            if marked is not None:
                said = Words("`steps` is a list", "`steps` 是列表")
            hint = Words("add `steps:` and a step per line", "写上 `steps:`，每行一个步骤")
            self._problem(marked or root, "missing-key", said, hint)
            return []
        if len(marked.value) > RECIPE_STEPS:
            said = Words(
                f"the recipe has {len(marked.value)} steps; at most {RECIPE_STEPS}",
                f"配方有 {len(marked.value)} 个步骤；最多 {RECIPE_STEPS} 个",
            )
            self._problem(marked, "too-many-steps", said)
            return []
        found: list[Operation | Keep | Link] = []
        seen: dict[str, int] = {}
        claims: list[tuple[Keep, Marked]] = []
        for index, step in enumerate(marked.value):
            self._twice(step, index, seen)
            for item in self._step(step, index):
                found.append(item)
                if isinstance(item, Keep):
                    claims.append((item, step.value["keep"]))
        self._reach(claims)
        return found

    def _step(self, step: Marked, index: int) -> list[Operation | Keep | Link]:
        verbs = [verb for verb in STEP_KEYS if isinstance(step.value, dict) and verb in step.value]
        if len(verbs) != 1:
            listed = ", ".join(STEP_KEYS)
            said = Words(
                f"step {index + 1} says one of {listed}", f"第 {index + 1} 步应写 {listed} 之一"
            )
            near = nearest(next(iter(step.keys), ""), STEP_KEYS) if not verbs else NOTHING
            hint = Words("for example `- repair: entities`", "例如 `- repair: entities`")
            self._problem(step, "unknown-step", said + near, hint)
            return []
        verb = verbs[0]
        self._known(
            step,
            (verb, *STEP_KEYS[verb]),
            Words(f"the {verb} of step {index + 1}", f"第 {index + 1} 步的 {verb} "),
        )
        if verb == "keep":
            return self._keep(step, index)
        if verb == "score":
            return self._score(step.value["score"], index)
        operator = self._operator("repair" if verb == "repair" else "link", step.value[verb], index)
        settings = self._settings(operator, step)
        if operator is None or settings is None:
            return []
        if verb == "repair":
            name, version = operator.name, operator.version
            return [Operation(index, "repair", name, version, settings)]
        return self._link(operator, settings, step, index)

    def _operator(self, verb: Verb, name: Marked, index: int) -> Operator | None:
        known = {operator.name: operator for operator in operators(verb)}
        if isinstance(name.value, str) and name.value in known:
            return known[name.value]
        near = nearest(str(name.plain), known)
        said = Words(
            f"step {index + 1} asks for the {verb} {name.plain!r}, which no operator provides",
            f"第 {index + 1} 步要用 {verb} {name.plain!r}，没有这个算子",
        )
        self._problem(name, f"unknown-{verb}", said + near, LISTED)
        return None

    def _settings(self, operator: Operator | None, step: Marked) -> dict[str, Any] | None:
        marked = step.value.get("with")
        if marked is not None and not isinstance(marked.value, dict):
            self._problem(
                marked,
                "wrong-type",
                Words("`with` is a mapping of settings", "`with` 是设置的映射"),
            )
            return None
        if operator is None:
            return None
        given = marked.plain if marked is not None else {}
        flaws = wrong(operator, given)
        for name, message in flaws:
            place = marked.value.get(name) if marked is not None else None
            known = name in [parameter.name for parameter in operator.parameters]
            code = "wrong-setting" if known else "unknown-setting"
            hint = Words(
                f"run `lianjin operators {operator.name}` for its settings",
                f"运行 `lianjin operators {operator.name}` 查看它的设置",
            )
            self._problem(place or marked or step, code, message, hint)
        return None if flaws else resolved(operator, given)

    def _score(self, names: Marked, index: int) -> list[Operation | Keep | Link]:
        items = names.value if isinstance(names.value, tuple) else (names,)
        found = [self._operator("score", item, index) for item in items]
        return [Operation(index, "score", o.name, o.version, {}) for o in found if o is not None]

    def _link(
        self, operator: Operator, settings: dict[str, Any], step: Marked, index: int
    ) -> list[Operation | Keep | Link]:
        after = self._typed(
            step.value.get("after"),
            "read",
            Words("`keep` or `read`", "`keep` 或 `read`"),
            lambda v: v in ("keep", "read"),
        )
        link = Link(index, operator.name, operator.version, settings, after == "keep")
        if link.keep in ("longest", "first"):
            return [link]
        kind = self.kinds.get(link.keep)
        if kind is None or kind.type != "number":
            near = nearest(link.keep, [*self.kinds, "longest", "first"])
            place = step.value["with"].value["keep"]
            said = Words(
                f"{operator.name} keeps `longest`, `first` or the best by a score, not {link.keep!r}",
                f"{operator.name} 保留 `longest`、`first` 或某指标最高的一篇，不能是 {link.keep!r}",
            )
            self._problem(place, "unknown-score", said + near, LISTED)
        return [link]

    def _keep(self, step: Marked, index: int) -> list[Operation | Keep | Link]:
        null = self._typed(
            step.value.get("when_null"),
            "keep",
            Words("`keep` or `drop`", "`keep` 或 `drop`"),
            lambda v: v in ("keep", "drop"),
        )
        marked = step.value["keep"]
        if not isinstance(marked.value, str):
            said = Words(
                f"step {index + 1} keeps by {marked.plain!r}, which is no rule",
                f"第 {index + 1} 步的 {marked.plain!r} 不是规则",
            )
            example = '`- keep: "chars >= 200"`'
            hint = Words(f"for example {example}", f"例如 {example}")
            self._problem(marked, "wrong-type", said, hint)
            return []
        try:
            rule = parse_rule(marked.value)
        except RuleFault as error:
            self._fault(marked, error.fault, index)
            return []
        if found := faults(rule, self.kinds):
            for fault in found:
                self._fault(marked, fault, index)
            return []
        return [Keep(index, rule, null == "keep", self.kinds)]

    def _fault(self, marked: Marked, fault: Fault, index: int) -> None:
        text = marked.value
        start = text.rfind("\n", 0, fault.start) + 1
        line = text[start:].partition("\n")[0]
        before, held = line[: fault.start - start], line[fault.start - start : fault.end - start]
        excerpt = f"{line}\n{_blank(before)}{'^' * max(1, len(_blank(held)))}"
        message = Words(f"step {index + 1}: ", f"第 {index + 1} 步：") + fault.message
        place = Marked(None, marked.line, marked.column + fault.start - start, {})
        self._problem(place, fault.code, message, fault.hint, excerpt)

    # --- steps together ----------------------------------------------------------------

    def _reach(self, claims: list[tuple[Keep, Marked]]) -> None:
        """Rules that no document, or every document, passes."""
        sound = []
        for keep, marked in claims:
            flaw = unreachable(conjuncts(keep.rule.root), self.kinds)
            if flaw is None:
                sound.append((keep, marked))
                continue
            start, end = flaw[1][0].start, flaw[1][-1].end
            said = Words("every document passes this", "每篇文档都会通过")
            if flaw[0] == "impossible":
                said = Words("no document can pass this", "没有文档能通过")
            self._fault(marked, Fault(f"{flaw[0]}-rule", said, start, end), keep.step)
        nodes = {id(n): (k, m) for k, m in sound for n in conjuncts(k.rule.root)}
        together = [node for keep, _ in sound for node in conjuncts(keep.rule.root)]
        flaw = unreachable(together, self.kinds)
        if flaw is not None and flaw[0] == "impossible":
            owners = [nodes[id(node)] for node in flaw[1]]
            keep, marked = max(owners, key=lambda owner: owner[0].step)
            others = sorted({owner.step + 1 for owner, _ in owners if owner.step != keep.step})
            listed = f"step{'s' if len(others) > 1 else ''} {' and '.join(map(str, others))}"
            listed_zh = f"第 {'、'.join(map(str, others))} 步"
            node = next(n for n in flaw[1] if nodes[id(n)][0] is keep)
            said = Words(
                f"no document can pass this and {listed}", f"没有文档能同时通过这条与{listed_zh}"
            )
            self._fault(marked, Fault("impossible-rule", said, node.start, node.end), keep.step)

    def _twice(self, step: Marked, index: int, seen: dict[str, int]) -> None:
        text = repr(step.plain)
        if text in seen:
            said = Words(
                f"step {index + 1} says again what step {seen[text] + 1} says",
                f"第 {index + 1} 步重复了第 {seen[text] + 1} 步",
            )
            self._problem(step, "duplicate-step", said, Words("take one out", "去掉其中一个"))
        seen.setdefault(text, index)

    def _order(self, steps: list[Operation | Keep | Link]) -> None:
        """Warns of repairs that stand after one they belong before."""
        latest: Operation | None = None
        for step in steps:
            if not isinstance(step, Operation) or step.name not in ORDER or step.verb != "repair":
                continue
            if latest is not None and ORDER.index(step.name) < ORDER.index(latest.name):
                said = Words(
                    f"step {step.step + 1} ({step.name}) belongs before {latest.name}",
                    f"第 {step.step + 1} 步（{step.name}）应在 {latest.name} 之前",
                )
                listed = ", ".join(ORDER)
                hint = Words(f"the order of repairs is {listed}", f"修复的次序是 {listed}")
                self.warnings.append(Problem("repair-order", said, self.source, 1, 1, hint))
            else:
                latest = step


def _blank(text: str) -> str:
    """Spaces as wide as the text on a terminal, where Chinese takes two columns."""
    return "".join("  " if ord(sign) >= 0x1100 else " " for sign in text)
