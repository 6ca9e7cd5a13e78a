"""Programs print the same as under `python`, whatever they do to their own code, signals and threads."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from evoclass.contracts.outcome import begin, complete
from evoclass.protocol import Prompt
from evoclass_local.runners import LocalRunner

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOOP = "def f(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s\n"

PROGRAMS = {
    "code carried by value": LOOP
    + "import marshal, types\ncode = marshal.loads(marshal.dumps(f.__code__))\n"
    + "print(types.FunctionType(code, {'__builtins__': {'range': range}})(10), f.__code__.co_names)\n",
    "code taken apart": LOOP + "import dis, inspect\ndis.dis(f)\nprint(inspect.getsource(f))\n",
    "a profile": LOOP
    + "import cProfile, pstats\np = cProfile.Profile()\np.enable()\nf(1000000)\np.disable()\n"
    + "print(pstats.Stats(p).total_calls)\n",
    "a tracer": LOOP
    + "import sys\nseen = []\ndef trace(frame, event, arg):\n    seen.append((event, frame.f_code.co_name))\n"
    + "    return trace\nsys.settrace(trace)\nf(2)\nsys.settrace(None)\nprint(seen)\n",
    "no tracer": LOOP
    + "import sys\nf(3000000)\ndef main():\n    print(sys.gettrace(), sys.getprofile())\nmain()\n",
    "signals of its own": (
        "import signal, time\nhits = []\nsignal.signal(signal.SIGALRM, lambda *a: hits.append(1))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)\nwhile len(hits) < 5: pass\n"
        "signal.setitimer(signal.ITIMER_REAL, 0)\nprint(len(hits))\n"
    ),
    "a pause": (
        "import signal, time\nsignal.signal(signal.SIGALRM, lambda *a: print('rung'))\n"
        "begun = time.monotonic()\nsignal.setitimer(signal.ITIMER_REAL, 0.3)\nsignal.pause()\n"
        "print(time.monotonic() - begun > 0.29)\n"
    ),
    "our signal": (
        "import os, signal, time\nhits = []\nsignal.signal(signal.SIGURG, lambda *a: hits.append(1))\n"
        "time.sleep(0.3)\nos.kill(os.getpid(), signal.SIGURG)\nprint(len(hits))\n"
    ),
    "sleeps and waits": (
        "import os, select, subprocess, sys, time\nbegun = time.monotonic()\ntime.sleep(0.3)\nr, w = os.pipe()\n"
        "print(select.select([r], [], [], 0.3)[0], time.monotonic() - begun > 0.59)\n"
        "command = [sys.executable, '-c', 'import time; time.sleep(0.3); print(1)']\n"
        "print(subprocess.run(command, capture_output=True).stdout)\n"
    ),
    "coroutines": (
        "import asyncio\nasync def count(n):\n    for i in range(n):\n        await asyncio.sleep(0.01)\n    return n\n"
        "async def main():\n    print(await asyncio.gather(count(20), count(30)))\nasyncio.run(main())\n"
    ),
    "threads": (
        "import queue, threading, time\nq = queue.Queue()\ndef work():\n    for i in range(30):\n        q.put(i)\n"
        "        time.sleep(0.01)\nthreading.Thread(target=work).start()\nprint(sum(q.get() for _ in range(30)))\n"
        "print([thread.name for thread in threading.enumerate() if 'work' not in thread.name])\n"
    ),
    "a pool that nobody closes": (
        "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)\n"
        "print(list(pool.map(abs, range(-9, 0))))\n"
    ),
    "forks": LOOP
    + "import os\npid = os.fork()\nif pid == 0:\n    f(3000000)\n    os._exit(3)\n"
    + "print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n",
    "how often a value is referred to": (
        "import sys\ndef counts():\n    x, seen = object(), set()\n    for i in range(2000000):\n"
        "        seen.add(sys.getrefcount(x))\n    return seen\nprint(counts())\n"
    ),
    "the end of a function's values": (
        "import time\nclass Last:\n    def __del__(self):\n        print('gone')\n"
        "def main():\n    last = Last()\n    time.sleep(0.1)\nmain()\nprint('after main')\n"
    ),
    "recursion": (
        "def deep(n):\n    return deep(n + 1)\n"
        "try:\n    deep(0)\nexcept RecursionError as error:\n    print(error)\n"
    ),
    "one thing or two": "a = 1000\nb = 1000\nprint(a is b)\ndef f():\n    return 1000\nprint(f() is a)\n",
    "names in sight": (
        "a = 1\ndef f():\n    b = 2\n    for i in range(3): pass\n    return sorted(locals())\nprint(f(), dir())\n"
    ),
    "a warning above the program": "import warnings\nwarnings.warn('level', stacklevel=2)\nprint('after')\n",
    "builtins": "print(type(__builtins__), [n for n in dir(__builtins__) if n.startswith('p')])\n",
    "the end of the program's values": (
        "class Last:\n    def __del__(self):\n        print('gone')\nlast = Last()\n"
        "def numbers():\n    try:\n        yield 1\n    finally:\n        print('closed')\n"
        "kept = numbers()\nprint(next(kept))\nimport atexit\natexit.register(lambda: print(next(numbers()), 'left'))\n"
    ),
    "values that end after an error": (
        "import sys\nclass Last:\n    def __del__(self):\n        print('gone')\n"
        "def main():\n    inner = Last()\n    sys.exit(3)\nlast = Last()\nmain()\n"
    ),
    "a thread that is left behind": (
        "import threading, time\ndef work():\n    while True:\n        time.sleep(0.001)\n"
        "threading.Thread(target=work, daemon=True).start()\nprint('done')\n"
    ),
    "the kind of the output": "import sys\nprint(sys.stdout.mode, sys.stderr.mode, sys.stdin.mode)\n",
    "threads of linear algebra": (
        "import numpy as np\nnumbers = np.random.RandomState(0)\n"
        "x, w = numbers.randn(64, 1000), numbers.randn(1000, 100)\n"
        "for i in range(20): w -= 1e-6 * x.T.dot(np.maximum(x.dot(w), 0))\nprint(repr(w.sum()), repr(x.dot(w).sum()))\n"
    ),
    "numbers of hooks": (
        "import torch\nm = torch.nn.Linear(2, 2)\nm.register_forward_hook(lambda *a: None)\n"
        "print(list(m._forward_hooks))\n"
    ),
    "numbers": (
        "import random\nrandom.seed(1)\ntotal = 0.0\n"
        "for i in range(2000000):\n    total += random.random() / (i + 1)\nprint(total)\n"
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_prints_the_same(name: str, runner: LocalRunner, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAMS[name])
    plain = await asyncio.create_subprocess_exec(
        sys.executable,
        str(file),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=tmp_path,
    )
    wanted = (await plain.communicate())[0].decode()
    outcome = await complete(runner, PROGRAMS[name], tmp_path)
    assert (outcome.output, outcome.exit.code) == (wanted, plain.returncode)


OPEN = """
import csv, gzip, pickle, sys, zipfile
f = open("text", "w"); f.write("never closed")
rows = csv.writer(open("rows.csv", "w")); rows.writerow([1, 2])
packed = gzip.open("packed.gz", "wt"); packed.write("never closed")
archive = zipfile.ZipFile("archive.zip", "w"); archive.writestr("name", "text")
def main():
    global objects
    objects = open("objects", "wb"); pickle.dump([1, 2], objects)
main()
"""


@pytest.mark.parametrize("last", ["", "sys.exit(2)", "nothing", "import os; os.kill(os.getpid(), 9)"])
async def test_files_left_open_hold_the_same(last: str, runner: LocalRunner, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(OPEN + last)
    folders = {name: tmp_path / name for name in ("python", "here")}
    for folder in folders.values():
        folder.mkdir()
    plain = await asyncio.create_subprocess_exec(
        sys.executable, str(program), cwd=folders["python"], stderr=asyncio.subprocess.DEVNULL
    )
    await plain.wait()
    await complete(runner, OPEN + last, folders["here"])
    python, here = (
        {file.name: len(file.read_bytes()) for file in folder.iterdir() if file.name != "program.py"}
        for folder in folders.values()
    )
    assert here == python


async def test_files_left_open_can_be_read_while_the_prompt_is_there(
    runner: LocalRunner, tmp_path: Path
) -> None:
    outcome = await begin(runner, "f = open('text', 'w')\nf.write('never closed')\n", tmp_path, keep=True)
    await outcome.until(Prompt)
    assert (tmp_path / "text").read_text() == "never closed"
    await outcome.run.close()


async def test_sets_of_texts_have_one_order_for_ever(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import os\nprint(list(set('abcdefgh')), 'PYTHONHASHSEED' in os.environ)\n"
    outcome = await complete(runner, source, tmp_path)
    fixed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print(list(set('abcdefgh')), False)", stdout=asyncio.subprocess.PIPE,
        env={"PYTHONHASHSEED": "0"},
    )  # fmt: skip
    assert outcome.output == (await fixed.communicate())[0].decode()
