"""The step that a value belongs to, for parts of objects and for loops with more than one optimizer.

It is the step that the value was there for: what a turn of a loop assigns after a step, and does not use for another
step of the same turn, belongs to the step before it.
"""

from __future__ import annotations

import pytest

from .session import Session

HEAD = """
import torch
from collections import defaultdict
torch.manual_seed(0)
w = torch.ones(1, requires_grad=True)
v = torch.ones(1, requires_grad=True)
first = torch.optim.SGD([w], lr=0.1)
second = torch.optim.SGD([v], lr=0.1)
made = 0

def improve(which=first):
    global made
    which.zero_grad()
    ((w * v - 3) ** 2).sum().backward()
    which.step()
    made += 1

def measure():
    return float((w * v - 3) ** 2)

class Trainer:
    def __init__(self):
        self.accuracy, self.history, self.logs = -1.0, [-1.0], {"a": -1.0}
        self.count, self.inner = 0, None
"""

ATTRIBUTE = """
t = Trainer()
for turn in range(1, 6):
    improve()
    t.accuracy = measure()
    seen[turn] = t.accuracy
"""

KEY = """
logs = {}
def train():
    for turn in range(1, 6):
        improve()
        logs["a"] = measure()
        seen[turn] = logs["a"]
train()
"""

APPENDED = """
history = []
for turn in range(1, 6):
    improve()
    history.append(measure())
    seen[turn] = history[-1]
"""

APPENDED_STEP = """
history = []
def better():
    improve()
    return measure()
for turn in range(1, 6):
    history.append(better())
    seen[turn] = history[-1]
"""

METHOD = """
class Own(Trainer):
    def fit(self):
        for turn in range(1, 6):
            improve()
            self.history.append(measure())
            self.accuracy = self.history[-1]
            self.logs["a"] = self.accuracy
            seen[turn] = self.accuracy
t = Own()
t.fit()
"""

ONE_STEP = """
class Own(Trainer):
    def fit(self):
        improve()
        self.accuracy = measure()
def main():
    trainer = Own()
    for turn in range(1, 6):
        t = trainer
        t.fit()
        seen[turn] = t.accuracy
main()
"""

PARAMETER = """
def turn_of(trainer, logs):
    improve()
    logs["a"] = measure()
t = Trainer()
for turn in range(1, 6):
    turn_of(t, t.logs)
    seen[turn] = t.logs["a"]
"""

SAME_NAME = """
def turn_of(t):
    improve()
    t.accuracy = measure()
def main(t):
    for turn in range(1, 6):
        turn_of(t)
        seen[turn] = t.accuracy
t = Trainer()
main(t)
"""

COUNTED = """
t = Trainer()
for turn in range(1, 6):
    improve()
    t.count += 1
    seen[turn] = t.count
"""

COUNTED_KEY = """
counts = defaultdict(int)
def train(key):
    for turn in range(1, 6):
        improve()
        counts[key] += 1
        seen[turn] = counts["a"]
train("a")
"""

PART_BEFORE = """
t = Trainer()
for turn in range(1, 6):
    t.accuracy = measure()
    improve()
    t.count = turn
    t.logs = {"a": turn}
    seen[turn] = t.accuracy
"""

GRADIENT = """
for turn in range(1, 6):
    loss = ((w * v - 3) ** 2).sum()
    loss.backward()
    first.step()
    seen[turn] = w.grad.item()
    w.grad = None
"""

FOR_THE_NEXT = """
score = 5.0
for turn in range(5):
    loss = ((w * v - 3) ** 2).sum()
    first.zero_grad()
    loss.backward()
    seen[2 * turn + 1] = float(score)
    first.step()
    guess = w.detach() * v
    score = (guess - 3) ** 2
    second.zero_grad()
    score.sum().backward()
    second.step()
    seen[2 * turn + 2] = score.item()
"""

FOR_THE_NEXT_PART = FOR_THE_NEXT.replace("score", "t.score").replace(
    "t.score = 5.0", "t = Trainer()\nt.score = 5.0"
)

HANDED_OVER = """
t = Trainer()
t.logs["a"] = 5.0
def judge(score):
    second.zero_grad()
    score.backward()
    second.step()
def play(self):
    for turn in range(5):
        seen[2 * turn + 1] = float(self.logs["a"])
        improve()
        self.logs["a"] = (w.detach() * v - 3).square().sum()
        judge(self.logs["a"])
        seen[2 * turn + 2] = self.logs["a"].item()
play(t)
"""

MEASURED_BETWEEN = """
t = Trainer()
for turn in range(5):
    improve(first)
    t.accuracy = measure()
    seen[2 * turn + 1] = seen[2 * turn + 2] = t.accuracy
    improve(second)
"""

MEASURED_LAST = """
t = Trainer()
for turn in range(5):
    improve(first)
    if turn:
        seen[2 * turn + 1] = t.accuracy
    improve(second)
    t.accuracy = measure()
    seen[2 * turn + 2] = t.accuracy
seen[1] = -1.0
"""

SEVERAL_TO_ONE = """
for turn in range(4):
    for inner in range(3):
        improve(first)
        seen[made] = score.item() if turn else 5.0
    score = (w.detach() * v - 3).square().sum()
    second.zero_grad()
    score.backward()
    second.step()
    made += 1
    seen[made] = score.item()
"""

SELDOM = """
for turn in range(7):
    improve(first)
    accuracy = measure()
    seen[made] = accuracy
    if turn % 3 == 2:
        improve(second)
        seen[made] = accuracy
"""


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (ATTRIBUTE, ("t.accuracy",)),
        (KEY, ("logs['a']",)),
        (APPENDED, ("history[-1]",)),
        (APPENDED_STEP, ("history[-1]",)),
        (METHOD, ("t.accuracy", "t.history[-1]", "t.logs['a']", "self.accuracy", "self.history[-1]")),
        (ONE_STEP, ("t.accuracy", "trainer.accuracy")),
        (PARAMETER, ("t.logs['a']",)),
        (SAME_NAME, ("t.accuracy",)),
        (COUNTED, ("t.count",)),
        (COUNTED_KEY, ("counts['a']",)),
        (PART_BEFORE, ("t.accuracy",)),
        (GRADIENT, ("w.grad",)),
        (FOR_THE_NEXT, ("score",)),
        (FOR_THE_NEXT_PART, ("t.score",)),
        (HANDED_OVER, ("t.logs['a']", "self.logs['a']")),
        (MEASURED_BETWEEN, ("t.accuracy",)),
        (MEASURED_LAST, ("t.accuracy",)),
        ("score = torch.tensor(5.0)\n" + SEVERAL_TO_ONE, ("score",)),
        (SELDOM, ("accuracy",)),
    ],
)
def test_each_step_has_its_value(source: str, names: tuple[str, ...]) -> None:
    seen: dict[int, float] = {}
    session = Session(HEAD + source, {"seen": seen}, watch=names, budget=50.0).run()
    points: dict[str, dict[int, float]] = {}
    for frame in session.frames:
        for name, taken in frame.curves.items():
            points.setdefault(name, {}).update(taken)
    assert len(seen) >= 5
    assert points == {name: pytest.approx(seen, rel=1e-5) for name in names}
