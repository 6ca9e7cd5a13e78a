"""A program may die, attack or foul its surroundings: the end has its reason, nothing stays, the next run works."""

from __future__ import annotations

import asyncio
import pickle
import re
from pathlib import Path

import pytest

import evoclass
import evoclass_local
from evoclass.contracts.outcome import Outcome, begin, complete
from evoclass.protocol import ErrorReport, Exit, Frame, Message, Output, Prompt, Started, Warned, encode
from evoclass.runner import Limits, Program
from evoclass.running.terminal import TerminalBuffer
from evoclass_local.runners import LocalRunner

from .conftest import gone, still_good

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIND_SOCKET = """
import os, stat
def channels():
    found = []
    for name in os.listdir('/proc/self/fd'):
        try:
            if stat.S_ISSOCK(os.stat(int(name)).st_mode): found.append(int(name))
        except OSError: pass
    return found
def say(data):
    for channel in channels(): os.write(channel, data)
"""


# ------------------------------------------------------------------------------------------------ no lines

LINELESS = """
def lineless(function):
    units, left = divmod(len(function.__code__.co_code) // 2, 8)
    table = bytes([0xFF]) * units + (bytes([0xF7 + left]) if left else b"")
    function.__code__ = function.__code__.replace(co_linetable=table)
    return function
"""
"""Takes the lines from a function's code, as Python itself does for a loop's way back (PEP 626)."""


async def test_code_that_belongs_to_no_line_is_looked_at(runner: LocalRunner, tmp_path: Path) -> None:
    loop = "@lineless\ndef f(n):\n    for i in range(n): pass\nfor turn in range(5): f(5_000_000)\n"
    outcome = await complete(runner, LINELESS + loop, tmp_path, inspect=True)
    assert outcome.exit.reason == "finished", outcome.exit
    assert 7 in {frame.line for frame in outcome.all(Frame) if frame.cause == "loop"}


async def test_an_error_in_code_that_belongs_to_no_line(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(
        runner, LINELESS + "@lineless\ndef f():\n    1 / 0\nf()\n", tmp_path, inspect=True
    )
    assert (outcome.exit.reason, outcome.exit.code) == ("error", 1), outcome.output
    (error,) = outcome.all(ErrorReport)
    assert (error.type, error.line) == ("ZeroDivisionError", 7)


# ------------------------------------------------------------------------------------------------ sudden ends


async def test_segmentation_fault(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import ctypes\nprint('before')\nctypes.string_at(0)\nprint('after')"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output == "before\n"
    assert (outcome.exit.reason, outcome.exit.code, outcome.exit.detail) == ("killed", 139, "SIGSEGV")


@pytest.mark.parametrize(("code", "reason"), [(0, "finished"), (5, "error")])
async def test_leaving_without_a_word(code: int, reason: str, runner: LocalRunner, tmp_path: Path) -> None:
    source = f"import os\nprint('before')\nos._exit({code})"
    for keep in (True, False):
        outcome = await complete(runner, source, tmp_path, keep=keep)
        assert (outcome.output, outcome.exit.reason, outcome.exit.code) == ("before\n", reason, code)


async def test_killing_itself(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", tmp_path)
    assert (outcome.exit.reason, outcome.exit.code, outcome.exit.detail) == ("killed", 137, "SIGKILL")


async def test_abort_in_a_library(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, "import os\nos.abort()", tmp_path)
    assert (outcome.exit.reason, outcome.exit.detail) == ("killed", "SIGABRT")


async def test_closed_output(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import sys\nprint('before')\nsys.stdout.close()\nopen('done', 'w').close()"
    outcome = await complete(runner, source, tmp_path)
    assert (outcome.output, outcome.exit.reason) == ("before\n", "finished")
    assert (tmp_path / "done").exists()
    source = "import os\nos.closerange(0, 3)\nopen('done2', 'w').close()\nraise ValueError"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.reason == "error"
    assert (tmp_path / "done2").exists()


async def test_every_descriptor_closed(runner: LocalRunner, tmp_path: Path) -> None:
    for keep in (True, False):
        outcome = await complete(runner, "import os\nprint('x')\nos.closerange(0, 500)", tmp_path, keep=keep)
        assert (outcome.output, outcome.exit.reason) == ("x\n", "finished")


# ----------------------------------------------------------------------------------------- the message socket


@pytest.mark.parametrize(
    "data",
    [
        b"\xa7" + bytes(range(100)),  # a length beyond all bounds; a smaller one would be awaited
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x05hello",
        len(pickle.dumps({"x": 1})).to_bytes(4, "big") + pickle.dumps({"x": 1}),
        encode(Exit(reason="finished", code=0, seconds=0.0)),
        encode(Started(pid=1)),
        b"".join([b"\x00\x00\x00\x01\xc0"] * 100),
    ],
    ids=["noise", "4 GB", "text", "pickle", "exit", "started", "nothing"],
)
async def test_garbage_on_the_message_socket(data: bytes, runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{FIND_SOCKET}\nprint('before')\nsay({data!r})\nimport time\ntime.sleep(1000)"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output == "before\n"
    assert (outcome.exit.reason, outcome.exit.code) == ("lost", 125)
    assert outcome.exit.detail


async def test_a_flood_of_garbage_on_the_message_socket(runner: LocalRunner, tmp_path: Path) -> None:
    """A hundred thousand malformed frames, as many as get through; those after the first hit a closed door."""
    source = f"""{FIND_SOCKET}
import random
from evoclass.protocol import Step, encode
print('before')
numbers, honest = random.Random(3), encode(Step(count=1))
for _ in range(100_000):
    frame = bytearray(honest)
    frame[numbers.randrange(len(frame))] ^= numbers.randrange(1, 256)
    try: say(bytes(frame))
    except OSError: pass
import time
time.sleep(1000)
"""
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output == "before\n"
    assert (outcome.exit.reason, outcome.exit.code) == ("lost", 125)


async def test_a_forged_end_does_not_count(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"""{FIND_SOCKET}
from evoclass.protocol import Done, encode
say(encode(Done(code=0, token='guess')))
import time
time.sleep(1000)
"""
    outcome = await complete(runner, source, tmp_path, keep=True)
    assert outcome.exit.reason == "lost"
    assert not outcome.all(Prompt)


async def test_the_token_is_out_of_reach_of_a_search(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import gc, sys
found = []
for thing in gc.get_objects():
    if type(thing).__name__ == 'Job': found.append(thing.token)
frame = sys._getframe()
while frame:
    found += [value.token for value in frame.f_locals.values() if type(value).__name__ == 'Job']
    frame = frame.f_back
print(len(found), set(found))
"""
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output.strip().endswith("{''}")


async def test_half_a_message_and_silence(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{FIND_SOCKET}\nsay(b'\\x00\\x00\\x01\\x00half')\nprint('after')"
    outcome = await complete(runner, source, tmp_path, inspect=False)  # so that hardly anything more is said
    assert (outcome.output, outcome.exit.reason) == ("after\n", "finished")


# ------------------------------------------------------------------------------------------------- processes


async def test_a_grandchild_that_slips_away_with_the_terminal(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open('pid.tmp', 'w').write(str(os.getpid()))
        os.rename('pid.tmp', 'pid')
        time.sleep(1000)
    os._exit(0)
os.wait()
while not os.path.exists('pid'): time.sleep(0.01)
print('done')
"""
    for keep in (True, False):
        outcome = await begin(runner, source, tmp_path, keep=keep)
        if keep:
            await outcome.until(Prompt)
            await outcome.run.close()
        await outcome.to_the_end()
        assert (outcome.output, outcome.exit.reason) == ("done\n", "finished")
        await gone({int((tmp_path / "pid").read_text())})
        (tmp_path / "pid").unlink()


async def test_fork_in_the_program(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import os, torch
x = torch.ones(2)
pid = os.fork()
if pid == 0:
    for turn in range(3): print('child', turn)
    os._exit(0)
os.waitpid(pid, 0)
print('parent')
"""
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output == "child 0\nchild 1\nchild 2\nparent\n"
    assert outcome.exit.reason == "finished"


async def test_a_forked_child_that_runs_to_the_end(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nprint('end', pid == 0)"
    outcome = await begin(runner, source, tmp_path)
    await outcome.until(Prompt)
    assert sorted(outcome.output.splitlines()) == ["end False", "end True"]
    assert outcome.exit.reason == "finished"
    assert await outcome.ask("1 + 1") == "2\n"
    await outcome.run.close()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
async def test_multiprocessing(method: str, runner: LocalRunner, tmp_path: Path) -> None:
    source = f"""
import multiprocessing
def square(number): return number * number
if __name__ == '__main__':
    multiprocessing.set_start_method('{method}')
    with multiprocessing.Pool(2) as pool: print(pool.map(square, range(4)))
"""
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output == "[0, 1, 4, 9]\n"
    assert outcome.exit.reason == "finished"
    await still_good(runner, tmp_path)


async def test_data_loader_workers_without_a_guard(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import torch
from torch.utils.data import DataLoader, TensorDataset
data = DataLoader(TensorDataset(torch.arange(8.0)), batch_size=2, num_workers=2)
total = 0
for epoch in range(2):
    for (batch,) in data: total += batch.sum().item()
print(total)
"""
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output == "56.0\n"
    assert outcome.exit.reason == "finished"


async def test_stop_among_data_loader_workers(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import torch
from torch.utils.data import DataLoader, TensorDataset
data = DataLoader(TensorDataset(torch.arange(8.0)), batch_size=2, num_workers=2, persistent_workers=True)
while True:
    for batch in data: pass
    print('epoch')
"""
    outcome = await begin(runner, source, tmp_path)
    await outcome.until_output("epoch")
    async with asyncio.timeout(6):
        await outcome.run.stop()
    await outcome.until(Prompt)
    await outcome.run.close()
    await outcome.to_the_end()
    assert outcome.exit.reason == "stopped"


@pytest.mark.slow
async def test_distributed_training_on_two_processes(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import os, torch, torch.distributed as dist, torch.multiprocessing as mp
def work(rank, folder):
    dist.init_process_group('gloo', init_method=f'file://{folder}/meet', rank=rank, world_size=2)
    value = torch.tensor([rank + 1.0])
    dist.all_reduce(value)
    if rank == 0: print('sum', value.item(), flush=True)
    dist.destroy_process_group()
if __name__ == '__main__':
    mp.spawn(work, (os.getcwd(),), nprocs=2)
"""
    outcome = await complete(runner, source, tmp_path, environment={"GLOO_SOCKET_IFNAME": "lo"})
    assert "sum 3.0" in outcome.output
    assert outcome.exit.reason == "finished"
    await still_good(runner, tmp_path)


@pytest.mark.slow
async def test_distributed_training_by_torchrun(runner: LocalRunner, tmp_path: Path) -> None:
    """The lab starts itself on two processes, which find each other by their environment."""
    source = """
import os, torch, torch.distributed as dist
if 'RANK' not in os.environ:
    from torch.distributed.run import main
    main(['--standalone', '--nproc-per-node=2', __file__])
else:
    dist.init_process_group('gloo')
    value = torch.tensor([dist.get_rank() + 1.0])
    dist.all_reduce(value)
    if dist.get_rank() == 0: print('sum', value.item(), flush=True)
    dist.destroy_process_group()
"""
    outcome = await complete(runner, source, tmp_path, environment={"GLOO_SOCKET_IFNAME": "lo"})
    assert "sum 3.0" in outcome.output
    assert outcome.exit.reason == "finished"


# ---------------------------------------------------------------------------------------------- surroundings

FOUL = {
    "signal handlers": "import signal\nfor n in (2, 15, 17, 28): signal.signal(n, lambda *a: None)\nsignal.alarm(1000)",
    "mask": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())",
    "folder": "import os, tempfile\nd = tempfile.mkdtemp()\nos.chdir(d)\nos.rmdir(d)",
    "streams": "import sys, io\nsys.stdout = sys.stderr = sys.__stdout__ = io.StringIO()\nsys.stdin = None",
    "recursion": "import sys\nsys.setrecursionlimit(60)",
    "dtype": "import torch\ntorch.set_default_dtype(torch.float64)\ntorch.set_num_threads(1)",
    "gradients": "import torch\ntorch.set_grad_enabled(False)",
    "environment": "import os\nos.environ.clear()\nos.environ['LEFT'] = '1'",
    "modules": "import sys, builtins\nbuiltins.print = None\nsys.modules['torch'] = None\nsys.path.clear()",
    "hooks": "import sys\nsys.excepthook = sys.displayhook = sys.settrace = None\nsys.setswitchinterval(1e-6)",
    "collector": "import gc\ngc.disable()\ngc.set_threshold(1)",
    "warnings": "import warnings\nwarnings.simplefilter('error')\nwarnings.showwarning = None",
    "locale": "import locale\nlocale.setlocale(locale.LC_ALL, 'C')",
    "limits": "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
    "mask of files": "import os\nos.umask(0o777)\nos.nice(5)",
    "exit functions": "import atexit\natexit.register(lambda: 1 / 0)",
    "clock": "import time\ntime.time = time.monotonic = time.perf_counter = lambda: 0",
    "terminal modes": "import tty\ntty.setraw(0)",
}
LOOK_AROUND = """
import gc, os, signal, sys, torch, warnings
print(
    signal.getsignal(2), signal.getsignal(15), sorted(signal.pthread_sigmask(0, ())), os.getcwd(),
    sys.getrecursionlimit(),
    torch.get_default_dtype(), torch.is_grad_enabled(), sorted(os.environ), sys.excepthook, gc.isenabled(),
    gc.get_threshold(), warnings.filters, os.nice(0), sys.path, sys.getswitchinterval(), sys.stdin.isatty(),
    type(sys.stdout), torch.get_num_threads(), len(sys.modules) > 500,
    __import__('termios').tcgetattr(0),
)
"""


@pytest.mark.parametrize("source", FOUL.values(), ids=FOUL.keys())
async def test_the_next_run_sees_nothing_of_it(source: str, runner: LocalRunner, tmp_path: Path) -> None:
    before = await complete(runner, LOOK_AROUND, tmp_path, threads=1)
    assert before.exit.reason == "finished", before.output
    outcome = await begin(runner, source, tmp_path)
    await outcome.until(Exit)
    await outcome.run.close()
    await outcome.to_the_end()
    after = await complete(runner, LOOK_AROUND, tmp_path, threads=1)
    assert after.output == before.output


async def test_the_terminal_as_a_file(runner: LocalRunner, tmp_path: Path) -> None:
    source = "t = open('/dev/tty', 'r+b', buffering=0)\nt.write(b'name? ')\nprint(t.readline())"
    outcome = await begin(runner, source, tmp_path, keep=False)
    await outcome.until_output("name? ")
    outcome.run.write("Ada\n")
    await outcome.to_the_end()
    assert outcome.output == "name? Ada\nb'Ada\\n'\n"


async def test_no_key_stops_the_output_for_good(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(runner, "print(input('? ') == '\\x13go')\nprint('on')", tmp_path, keep=False)
    await outcome.until_output("? ")
    outcome.run.write("\x13go\n")
    await outcome.to_the_end()
    assert outcome.output.endswith("True\non\n")


async def test_a_full_disk(runner: LocalRunner, tmp_path: Path) -> None:
    source = "with open('/dev/full', 'w') as file: file.write('x' * 100_000)"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.reason == "error"
    assert outcome.all(ErrorReport)[0].type == "OSError"
    assert "No space left on device" in outcome.output


async def test_a_full_disk_under_the_program(runner: LocalRunner, tmp_path: Path) -> None:
    """A file system of one megabyte, where the system lets us make one."""
    small = tmp_path / "small"
    small.mkdir()
    mounting = await asyncio.create_subprocess_exec(
        "mount", "-t", "tmpfs", "-o", "size=1M", "none", str(small), stderr=asyncio.subprocess.DEVNULL
    )
    if await mounting.wait() != 0:
        pytest.skip("no right to mount")
    try:
        source = "open('full', 'wb').write(bytes(10_000_000))"
        outcome = await complete(runner, source, small)
        assert outcome.all(ErrorReport)[0].type == "OSError"
        assert "No space left on device" in outcome.output
        source = "import torch\nx = torch.ones(3)\nprint(x.sum().item())"
        run = await runner.start(Program(source=source, file=small / "program.py", folder=small), Limits())
        outcome = Outcome(run)
        await outcome.until(Prompt)
        assert outcome.output == "3.0\n"
        await run.close()
        await outcome.to_the_end()
    finally:
        unmounting = await asyncio.create_subprocess_exec("umount", str(small))
        await unmounting.wait()


async def test_the_clock_of_the_machine_jumps(
    runner: LocalRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = await begin(runner, "input('begun')", tmp_path, keep=False)
    await outcome.until_output("begun")
    monkeypatch.setattr("time.time", lambda: 0.0)
    outcome.run.write("\n")
    await outcome.to_the_end()
    assert outcome.exit.reason == "finished"
    assert 0 < outcome.exit.seconds < 60
    monkeypatch.undo()


async def test_output_that_is_no_text(runner: LocalRunner, tmp_path: Path) -> None:
    raw = b"a\xff\xfe\xc3(\x1b]52;c;AAAA\x07\x1bP1$r\x1b\\b\x1b[31mred\x1b[?1000h\x1b]0;title\n\xe6\xbc"
    source = f"import os\nos.write(1, {raw!r})\nos.write(1, b'\\xa2\\n')"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.reason == "finished"
    assert outcome.output.startswith("a��")
    assert "漢" in outcome.output
    buffer = TerminalBuffer()
    buffer.feed(outcome.output)
    assert buffer.plain() == "a���(bred\n漢\n"


async def test_a_line_of_ten_megabytes(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, "print('x' * 10_000_000)\nprint('next')", tmp_path)
    assert len(outcome.output) == 10_000_006
    buffer = TerminalBuffer()
    for event in outcome.all(Output):
        buffer.feed(event.text)
    assert [sum(len(text) for text, _ in line) for line in buffer.lines] == [10_000, 4, 0]


async def test_messages_that_look_like_marks(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import sys\nsys.stdout.write('\\x1b_evoclass;0;1\\x1b\\\\text\\x1b_evoc')\nsys.stdout.flush()"
    outcome = await begin(runner, source, tmp_path)
    await outcome.until(Prompt)
    assert outcome.output == "\x1b_evoclass;0;1\x1b\\text\x1b_evoc"
    await outcome.run.close()


async def test_exit_functions_run_at_the_end(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, "import atexit\natexit.register(print, 'bye')\nprint('end')", tmp_path)
    assert outcome.output == "end\nbye\n"
    assert outcome.exit.code == 0


async def test_threads_end_before_the_program_does(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import threading, time\nthreading.Timer(0.1, print, ['late']).start()\nprint('end')"
    outcome = await begin(runner, source, tmp_path)
    await outcome.until(Exit)
    assert outcome.output == "end\nlate\n"
    await outcome.run.close()


async def test_an_odd_exception(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
class Odd(Exception):
    def __str__(self): raise RuntimeError('no')
    __repr__ = __str__
raise Odd from KeyError('cause')
"""
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.reason == "error"
    (error,) = outcome.all(ErrorReport)
    assert error.type == "Odd"
    assert "KeyError" in error.traceback


@pytest.mark.parametrize(
    ("source", "code"),
    [("raise ValueError('no file \\udcff')", 1), ("import sys\nsys.stderr.close()\nsys.exit('gone')", 1)],
)
async def test_an_end_that_cannot_be_told_is_an_end(
    source: str, code: int, runner: LocalRunner, tmp_path: Path
) -> None:
    outcome = await begin(runner, source, tmp_path)
    await outcome.until(Prompt)
    assert (outcome.exit.reason, outcome.exit.code) == ("error", code)
    assert await outcome.ask("1 + 1") == "2\n"
    assert "child.py" not in outcome.output
    await outcome.run.close()


@pytest.mark.parametrize("line", ["+".join("1" * 200_000), "-" * 200_000 + "1"])
async def test_a_line_that_is_too_deep_does_not_cost_the_prompt(
    line: str, runner: LocalRunner, tmp_path: Path
) -> None:
    outcome = await begin(runner, "x = 1", tmp_path)
    await outcome.until(Prompt)
    assert "Error" in await outcome.ask(line)
    assert await outcome.ask("x + 1") == "2\n"
    await outcome.run.close()


async def test_a_warning_about_the_text_of_a_program_is_not_told_again(
    runner: LocalRunner, tmp_path: Path
) -> None:
    source = "import warnings\nwarnings.simplefilter('always')\nwhat = '\\d'\n\nfor x in (what + 1): pass"
    outcome = await complete(runner, source, tmp_path, watch=("what",))
    assert outcome.exit.reason == "error"
    assert "invalid escape" not in outcome.output.partition("Traceback")[2]
    assert "<unknown>" not in outcome.output
    assert not [warned for warned in outcome.all(Warned) if warned.line != 3]


async def test_deep_recursion(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, "def f(n): return f(n + 1)\nf(0)", tmp_path)
    assert outcome.exit.reason == "error"
    (error,) = outcome.all(ErrorReport)
    assert (error.type, error.line) == ("RecursionError", 1)
    assert "repeated" in outcome.output


async def test_an_error_inside_a_library_points_into_the_program(runner: LocalRunner, tmp_path: Path) -> None:
    source = (
        "import torch\nfrom torch import nn\nhead = nn.Linear(4, 2)\nx = torch.ones(3, 5)\ny = head(x) + 1\n"
    )
    outcome = await complete(runner, source, tmp_path)
    (error,) = outcome.all(ErrorReport)
    assert (error.type, error.line, error.source[error.column : error.end_column]) == (
        "RuntimeError",
        5,
        "head(x)",
    )
    shapes = {operand.name: operand.shape for operand in error.operands}
    assert shapes == {"head": None, "head.weight": (2, 4), "head.bias": (2,), "x": (3, 5)}
    assert len(error.operands) == len(shapes), "each is told once"
    files = [Path(name) for name in re.findall(r'File "(.+?)"', outcome.output)]
    assert files[0].parent == tmp_path, "the traceback begins in the program"
    ours = [Path(package.__file__).parent for package in (evoclass, evoclass_local)]
    assert not [file for file in files if any(file.is_relative_to(folder) for folder in ours)]


async def test_an_error_in_a_layer_of_very_many_parameters_is_told(
    runner: LocalRunner, tmp_path: Path
) -> None:
    source = (
        "import torch\nfrom torch import nn\nhead = nn.Linear(4, 2)\n"
        "for n in range(300): head.register_parameter(f'p{n}', nn.Parameter(torch.ones(1)))\n"
        "head(torch.ones(3, 5))\n"
    )
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.reason == "error", outcome.exit
    (error,) = outcome.all(ErrorReport)
    assert (error.line, error.module, error.operands[0].name) == (5, "head", "head")


async def test_operands_are_found_in_containers_without_running_their_code(
    runner: LocalRunner, tmp_path: Path
) -> None:
    source = (
        "import torch\nfrom torch import nn\nclass Odd(dict):\n    def __getitem__(self, key):\n"
        "        print('asked')\n        return 1\n"
        "odd, model, runs = Odd(a=1), nn.Sequential(nn.Linear(4, 2)), {'x': [torch.ones(3, 5)]}\n"
        "y = torch.addmm(model[0].bias, model[0].weight, runs['x'][0], beta=odd['a'])\n"
    )
    outcome = await complete(runner, source, tmp_path)
    (error,) = outcome.all(ErrorReport)
    shapes = {operand.name: operand.shape for operand in error.operands}
    assert (shapes["model[0].weight"], shapes["runs['x'][0]"]) == ((2, 4), (3, 5))
    assert "odd['a']" not in shapes
    assert outcome.output.count("asked") == 1, "the program itself asks once"


async def test_a_message_socket_in_a_process_of_the_program(runner: LocalRunner, tmp_path: Path) -> None:
    kinds: list[type[Message]] = [Started, Exit]
    look = "import os; print(os.listdir('/proc/self/fd'))"
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {look!r}])"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output == "['0', '1', '2', '3']\n"
    assert [type(event) for event in outcome.events if type(event) in kinds] == kinds
