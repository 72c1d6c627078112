"""Rules of `keep` steps: comparisons over scores and fields, parsed and never run as code.

Takes the text of a rule; gives a `Rule` that judges Arrow columns (`judge`) and single records
(`explain`), and says what is wrong with it (`faults`, `unreachable`).
Records nothing: the rule's own text is the reason that receipts keep.
"""

from lianjin.operators.rule.check import BOOLEAN, NUMBER, TEXT, Kind, faults
from lianjin.operators.rule.explain import Verdict, explain
from lianjin.operators.rule.judge import judge
from lianjin.operators.rule.reach import conjuncts, unreachable
from lianjin.operators.rule.syntax import Fault, Rule, RuleFault, parse

__all__ = [
    "BOOLEAN",
    "NUMBER",
    "TEXT",
    "Fault",
    "Kind",
    "Rule",
    "RuleFault",
    "Verdict",
    "conjuncts",
    "explain",
    "faults",
    "judge",
    "parse",
    "unreachable",
]
