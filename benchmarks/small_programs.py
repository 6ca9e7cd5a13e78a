"""The inspector's cost in processor time for small programs like those in tutorials, and the cost of Python loops.

The inspector is switched off and on throughout a program, every fifteenth of a second: on a busy machine two runs of
one program differ by a fifth, while two adjacent windows of one run differ by little.  Processor time is that of the
program and of the system on its behalf; threads that wait for each other spend a large part of it there.
"""

from __future__ import annotations

import ast
import asyncio
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from row import report

from evoclass.contracts.outcome import complete
from evoclass_local.runners import LocalCpu

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5

_TURNS = """
def _make_turn():
    import atexit, resource, signal
    from time import perf_counter
    # A program has no door to the inspector, but the inspector's alarm leads to it.
    inspector = signal.getsignal(23).__self__._ring.__self__
    pace, windows = inspector._pace, []
    count, begun = 0, perf_counter()
    def used():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime
    before = used()
    def turn():
        nonlocal count, begun, before
        count += 1
        if perf_counter() - begun < 1 / 15:
            return
        windows.append((int(not inspector._busy), (used() - before) / count))
        on = len(windows) % 4 in (0, 3)
        if on and inspector._busy:
            inspector._busy = False
            pace._counted, pace._worked_before = perf_counter(), pace._worked()  # nothing is earned while it is off
            for other in (inspector._courses._pace, inspector._courses._album):
                other._counted = perf_counter()
            inspector._set_due()
        elif not on:
            inspector._busy = True
        count, begun, before = 0, perf_counter(), used()
    def tell():
        inspector._busy = False
        print('WINDOWS', windows)
    atexit.register(tell)
    return turn
turn = _make_turn()
"""
"""The function that a program calls in each turn of its loop: on, off, off, on, with the time of a turn in each window.

23 is SIGURG: the inspector does not interrupt a program that names this signal.
"""

_MEASURED = """import resource as _r
_begun = _r.getrusage(_r.RUSAGE_SELF)
{source}
import atexit as _atexit
def _tell():
    ended = _r.getrusage(_r.RUSAGE_SELF)
    print('SECONDS', ended.ru_utime + ended.ru_stime - _begun.ru_utime - _begun.ru_stime)
_atexit.register(_tell)
"""
"""Printed at the very end, so that the last frame counts too."""

PROGRAMS = {
    "two layers by hand": """
import numpy as np
rng = np.random.RandomState(0)
x, y = rng.randn(64, 200), rng.randn(64, 10)
w1, w2 = rng.randn(200, 50), rng.randn(50, 10)
for t in range(24000):
    turn()
    h = np.maximum(x.dot(w1), 0)
    error = h.dot(w2) - y
    g2 = h.T.dot(2 * error)
    gh = (2 * error).dot(w2.T)
    gh[h == 0] = 0
    w1 -= 1e-6 * x.T.dot(gh)
    w2 -= 1e-6 * g2
""",
    "scalars that remember": """
import math, random
class Number:
    def __init__(self, value, children=()):
        self.value, self.slope, self.children, self.back = value, 0.0, children, lambda: None
    def __add__(self, other):
        out = Number(self.value + other.value, (self, other))
        def back():
            self.slope += out.slope
            other.slope += out.slope
        out.back = back
        return out
    def __mul__(self, other):
        out = Number(self.value * other.value, (self, other))
        def back():
            self.slope += other.value * out.slope
            other.slope += self.value * out.slope
        out.back = back
        return out
    def squash(self):
        t = math.tanh(self.value)
        out = Number(t, (self,))
        def back():
            self.slope += (1 - t * t) * out.slope
        out.back = back
        return out
    def backward(self):
        order, seen = [], set()
        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node.children: visit(child)
                order.append(node)
        visit(self)
        self.slope = 1.0
        for node in reversed(order): node.back()
random.seed(0)
weights = [Number(random.uniform(-1, 1)) for _ in range(24)]
points = [(random.uniform(-1, 1), random.uniform(-1, 1)) for _ in range(20)]
for epoch in range(900):
    loss = Number(0.0)
    for a, b in points:
        turn()
        hidden = [(Number(a) * weights[3 * i] + Number(b) * weights[3 * i + 1]).squash() for i in range(8)]
        out = hidden[0] * weights[2]
        for i in range(1, 8): out = out + hidden[i] * weights[3 * i + 2]
        miss = out + Number(-a * b)
        loss = loss + miss * miss
    for w in weights: w.slope = 0.0
    loss.backward()
    for w in weights: w.value -= 0.02 * w.slope
""",
    "byte pairs": """
from collections import Counter
text = ' '.join(f'the {i % 17} quick foxes jump over {i % 5} lazy dogs' for i in range(4000))
ids = list(text.encode())
merges = {}
for new in range(256, 316):
    counts = Counter(zip(ids, ids[1:]))
    pair = max(counts, key=counts.get)
    merged, i = [], 0
    while i < len(ids):
        turn()
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
            merged.append(new)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    ids, merges[pair] = merged, new
""",
    "a walk learned from reward": """
import random
random.seed(1)
size, values = 6, {}
for episode in range(70000):
    turn()
    place, steps = (0, 0), 0
    while place != (5, 5) and steps < 60:
        known = values.setdefault(place, [0.0] * 4)
        move = random.randrange(4) if random.random() < 0.1 else max(range(4), key=known.__getitem__)
        dx, dy = ((0, 1), (1, 0), (0, -1), (-1, 0))[move]
        there = (min(max(place[0] + dx, 0), size - 1), min(max(place[1] + dy, 0), size - 1))
        reward = 1.0 if there == (5, 5) else -0.01
        best = max(values.setdefault(there, [0.0] * 4))
        known[move] += 0.1 * (reward + 0.95 * best - known[move])
        place, steps = there, steps + 1
""",
    "six thousand steps of Adam": """
import torch
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(1, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
x = torch.linspace(-3, 3, 128)[:, None]
y = torch.sin(x)
for step in range(6000):
    turn()
    loss = ((model(x) - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
""",
    "names letter by letter": """
import torch
from torch import nn
torch.manual_seed(0)
text = 'anna otto emma noah hanna luca mia leon ' * 20
letters = sorted(set(text))
data = torch.tensor([letters.index(c) for c in text])
class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(letters), 16)
        self.cell = nn.RNN(16, 32, batch_first=True)
        self.out = nn.Linear(32, len(letters))
    def forward(self, x):
        hidden, _ = self.cell(self.embed(x))
        return self.out(hidden)
model = Reader()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for step in range(900):
    turn()
    at = torch.randint(0, len(data) - 25, (8,))
    x = torch.stack([data[i:i + 24] for i in at])
    y = torch.stack([data[i + 1:i + 25] for i in at])
    loss = nn.functional.cross_entropy(model(x).flatten(0, 1), y.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
""",
    "tensors without an optimizer": """
import torch
torch.manual_seed(0)
x, y = torch.randn(64, 100), torch.randn(64, 10)
w1, w2 = torch.randn(100, 50, requires_grad=True), torch.randn(50, 10, requires_grad=True)
def train(steps):
    for t in range(steps):
        turn()
        loss = (x.mm(w1).clamp(min=0).mm(w2) - y).pow(2).sum()
        loss.backward()
        with torch.no_grad():
            w1.sub_(1e-6 * w1.grad)
            w2.sub_(1e-6 * w2.grad)
            w1.grad.zero_()
            w2.grad.zero_()
train(7000)
""",
    "nearest centres": """
import numpy as np
rng = np.random.RandomState(0)
points = np.concatenate([rng.randn(400, 2) + c for c in ((0, 0), (4, 4), (0, 5))])
for start in range(360):
    turn()
    centres = points[rng.choice(len(points), 3, replace=False)]
    for update in range(40):
        nearest = ((points[:, None] - centres[None]) ** 2).sum(-1).argmin(1)
        centres = np.stack([points[nearest == k].mean(0) if (nearest == k).any() else centres[k] for k in range(3)])
""",
    "forger and judge": """
import torch
from torch import nn
torch.manual_seed(0)
forger = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
judge = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
of_forger = torch.optim.Adam(forger.parameters(), lr=1e-3)
of_judge = torch.optim.Adam(judge.parameters(), lr=1e-3)
bce = nn.BCELoss()
for step in range(1800):
    turn()
    real, noise = 3 + torch.randn(32, 1), torch.randn(32, 4)
    fake = forger(noise)
    of_judge.zero_grad()
    (bce(judge(real), torch.ones(32, 1)) + bce(judge(fake.detach()), torch.zeros(32, 1))).backward()
    of_judge.step()
    of_forger.zero_grad()
    bce(judge(fake), torch.ones(32, 1)).backward()
    of_forger.step()
""",
    "one head of attention": """
import torch, math
from torch import nn
def main():
    torch.manual_seed(0)
    width = 16
    embed, out = nn.Embedding(10, width), nn.Linear(width, 10)
    ask, key, value = (nn.Linear(width, width) for _ in range(3))
    parts = [embed, ask, key, value, out]
    optimizer = torch.optim.AdamW([p for part in parts for p in part.parameters()], lr=3e-3)
    for step in range(1500):
        turn()
        x = torch.randint(0, 10, (16, 8))
        e = embed(x)
        scores = ask(e) @ key(e).transpose(1, 2) / math.sqrt(width)
        scores = scores.masked_fill(torch.triu(torch.ones(8, 8), 1).bool(), -1e9)
        loss = nn.functional.cross_entropy(out(scores.softmax(-1) @ value(e)).flatten(0, 1), x.flip(1).flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
main()
""",
}

WATCHED = {
    "six thousand steps of Adam": ("loss", "model[0].weight", "model[0].weight.grad"),
    "names letter by letter": ("loss", "model.cell.weight_hh_l0"),
    "forger and judge": ("forger[0].weight", "judge[0].weight"),
    "one head of attention": ("loss", "out.weight"),
}
"""What a lesson would watch in these programs: followed at each step."""

LOOPS = {
    "for": "s = 0\nfor i in range(16_000_000): s += i & 3\n",
    "nested, in a function": (
        "def f(n):\n    s = 0\n    for i in range(n):\n        for j in range(100): s += j\n    return s\nf(400_000)\n"
    ),
    "while": "n = 0\nwhile n < 12_000_000: n += 1\n",
}


async def ratios(runner: LocalCpu, source: str, folder: Path, watch: tuple[str, ...]) -> list[float]:
    """Run a program; return its turns' time under the inspector as a ratio to that without it, four windows each."""
    outcome = await complete(runner, _TURNS + source, folder, inspect=True, watch=watch)
    assert outcome.exit.code == 0, outcome.output
    windows = ast.literal_eval(outcome.output.rpartition("WINDOWS")[2].strip())
    found = []
    for first in range(4, len(windows) - 3, 4):  # the first pictures have a separate allowance
        states, (a, b, c, d) = zip(*windows[first : first + 4], strict=True)
        assert states == (1, 0, 0, 1), "the inspector did not take its turns"
        found.append((a + d) / (b + c))
    return found


async def seconds(runner: LocalCpu, source: str, folder: Path) -> float:
    """Return the processor seconds of a program in the runner."""
    outcome = await complete(runner, _MEASURED.format(source=source), folder, inspect=True)
    assert outcome.exit.code == 0, outcome.output
    return _told(outcome.output)


def python_seconds(source: str, folder: Path) -> float:
    """Return the processor seconds of a program under `python`."""
    (folder / "plain.py").write_text(_MEASURED.format(source=source))
    ended = subprocess.run(
        [sys.executable, "plain.py"], cwd=folder, capture_output=True, text=True, check=True
    )
    return _told(ended.stdout)


def _told(output: str) -> float:
    return float(output.rpartition("SECONDS")[2])


async def main() -> None:
    """Measure all programs and all loops."""
    runner = LocalCpu()
    await runner.warm_up()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        medians = []
        for title, source in PROGRAMS.items():
            found = [
                ratio
                for _ in range(ROUNDS)
                for ratio in await ratios(runner, source, folder, WATCHED.get(title, ()))
            ]
            medians.append(statistics.median(found))
            report(
                f"{title}: a turn of its loop under the inspector, in parts of one without",
                medians[-1],
                "",
                1.05,
            )
        report("ten small programs: the median of these", statistics.median(medians), "", 1.02)
        for title, source in LOOPS.items():
            ours, plain = [], []
            for _ in range(ROUNDS):
                ours.append(await seconds(runner, source, folder))
                plain.append(python_seconds(source, folder))
            report(f"a loop of Python alone ({title})", min(ours), "s", 1.1, "python", min(plain))
    await runner.close()


if __name__ == "__main__":
    asyncio.run(main())
