"""Programs of several processes, of coroutines and of mixed precision, and libraries that need others."""

from __future__ import annotations

from .programs import HEAD, Failing

_GROUP = "import os\nimport torch.distributed as dist\n" + HEAD
_ONE = (
    _GROUP + "store = dist.HashStore()\ndist.init_process_group('gloo', store=store, rank=0, world_size=1)\n"
)
_WRAPPED = _ONE + "from torch.nn.parallel import DistributedDataParallel as DDP\n"
_SCALER = (
    HEAD + "m = nn.Linear(2, 2)\nopt = torch.optim.SGD(m.parameters(), lr=0.1)\n"
    "scaler = torch.amp.GradScaler('cpu')\nloss = m(torch.ones(1, 2)).sum()\n"
)
_SCALED = _SCALER + "scaler.scale(loss).backward()\n"
_ASYNC = "import asyncio\nasync def work():\n    return 1\n"
_MAIN = _ASYNC + "async def main():\n    {body}\nasyncio.run(main())\n"
_SPAWN = "import torch.multiprocessing as mp\ndef work(rank):\n    {body}\nif __name__ == '__main__':\n"


def _group(source: str, *words: str) -> Failing:
    return Failing(source, words, process=True)


TOGETHER = {
    "no group yet": _group(
        _GROUP + "t = torch.ones(2)\ndist.all_reduce(t)\n", "`dist.all_reduce`", "torchrun"
    ),
    "no group to ask": _group(_GROUP + "dist.get_rank()\n", "`dist.get_rank`", "dist.init_process_group"),
    "no group to wrap": _group(
        _GROUP + "nn.parallel.DistributedDataParallel(nn.Linear(2, 2))\n", "DataParallel(…)`"
    ),
    "no group to divide among": _group(
        "from torch.utils.data import DistributedSampler\nDistributedSampler([1])\n", "num_replicas=1"
    ),
    "no group to end": _group(_GROUP + "dist.destroy_process_group()\n", "dist.is_initialized()"),
    "no place in the group": _group(
        _GROUP + "os.environ.pop('RANK', None)\ndist.init_process_group('gloo')\n",
        "`RANK`",
        "torchrun",
        "MASTER_PORT",
    ),
    "place that is not set": Failing(
        "import os\nint(os.environ['LOCAL_RANK'])\n", ("'LOCAL_RANK'", "torchrun")
    ),
    "group that is there": _group(_ONE + "dist.init_process_group('gloo')\n", "dist.is_initialized()"),
    "process that is not there": _group(
        _ONE + "dist.broadcast(torch.ones(2), src=1)\n", "dist.get_world_size()", "1"
    ),
    "nothing to train together": _group(_WRAPPED + "DDP(nn.ReLU())\n", "`DistributedDataParallel`"),
    "model in its wrapper": _group(
        _WRAPPED + "m = DDP(nn.Linear(2, 2))\nm.in_features\n", "`m.module.in_features`"
    ),
    "gradients twice in scale": Failing(
        _SCALED + "scaler.unscale_(opt)\nscaler.unscale_(opt)\n", ("`scaler.update()`",)
    ),
    "loss out of scale": Failing(
        _SCALER + "loss.backward()\nscaler.step(opt)\n", ("`scaler.scale(loss).backward()`",)
    ),
    "scale after the step": Failing(
        _SCALED + "scaler.step(opt)\nscaler.unscale_(opt)\n", ("`scaler.unscale_(opt)`", "`scaler.step(opt)`")
    ),
    "two steps in scale": Failing(_SCALED + "scaler.step(opt)\nscaler.step(opt)\n", ("`scaler.update()`",)),
    "no gradients in scale": Failing(
        _SCALED + "opt.zero_grad()\nscaler.step(opt)\n", ("`opt`", "`scaler.scale(loss)")
    ),
    "scale without a step": Failing(_SCALED + "scaler.update()\n", ("`scaler.step(optimizer)`",)),
    "half a model in scale": Failing(
        _SCALED.replace("nn.Linear(2, 2)", "nn.Linear(2, 2).half()").replace(
            "ones(1, 2)", "ones(1, 2).half()"
        )
        + "scaler.step(opt)\n",
        ("`.half()`", "torch.autocast"),
    ),
    "number in scale": Failing(
        _SCALER + "n = loss.item()\nscaler.scale(n)\n", ("`n`", "`float`", "`.item()`")
    ),
    "run in a run": Failing(_MAIN.format(body="asyncio.run(work())"), ("`asyncio.run`", "`await work()`")),
    "task without a loop": Failing(
        _ASYNC + "asyncio.create_task(work())\n", ("`asyncio.create_task`", "main()")
    ),
    "loop that is closed": Failing(
        _ASYNC + "loop = asyncio.new_event_loop()\nloop.close()\nloop.run_until_complete(work())\n",
        ("main()",),
    ),
    "function for a coroutine": Failing(_ASYNC + "asyncio.run(work)\n", ("`work()`", "`async def`")),
    "nothing to wait for": Failing(_MAIN.format(body="await len('a')"), ("`len('a')`", "`int`")),
    "coroutine in a loop": Failing(_ASYNC + "for x in work():\n    pass\n", ("`work()`", "`await work()`")),
    "coroutine under a name": Failing(_ASYNC + "n = work()\nn[0]\n", ("4", "asyncio.run(work())", "`n`")),
    "coroutine twice": Failing(_MAIN.format(body="c = work()\n    await c\n    await c"), ("`await`",)),
    "generator that must be waited for": Failing(
        "async def numbers():\n    yield 1\nfor x in numbers():\n    pass\n", ("`async for x in numbers():`",)
    ),
    "loop that waits for a list": Failing(
        _MAIN.format(body="numbers = [1]\n    async for x in numbers:\n        pass"), ("`numbers`", "`list`")
    ),
    "list of coroutines": Failing(
        _MAIN.format(body="await asyncio.gather([work()])"), ("`asyncio.gather(*[work()])`",)
    ),
    "too slow": Failing(
        _MAIN.format(body="await asyncio.wait_for(asyncio.sleep(9), 0.01)"), ("except TimeoutError",)
    ),
    "file that is opened for waiting": Failing(
        _MAIN.format(body="async with open('/dev/null'):\n        pass"), ("`TextIOWrapper`",)
    ),
    "fault in a process": Failing(
        _SPAWN.format(body="return 1 / rank")
        + "    mp.start_processes(work, nprocs=1, start_method='fork')\n",
        ("3", "ZeroDivisionError", "`work`"),
        process=True,
    ),
    "start method twice": Failing(
        "import multiprocessing as mp\nmp.set_start_method('fork')\nmp.set_start_method('spawn')\n",
        ('mp.get_context("spawn")',),
        process=True,
    ),
    "pool that is closed": Failing(
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(1) as pool:\n    pass\n"
        "pool.submit(abs, 1)\n",
        ("`with`", "`shutdown()`"),
    ),
    "deviation of nothing": Failing(
        HEAD
        + "from torchvision import transforms\ntransforms.Normalize((0.5,), (0.0,))(torch.ones(1, 2, 2))\n",
        ("`Normalize`", "transforms.Normalize((0.5,), (0.5,))"),
    ),
    "layer by a name that is not there": Failing(
        HEAD + "net = nn.Sequential(nn.ReLU())\nnet.get_submodule('fc')\n", ("`fc`", "`get_submodule`")
    ),
    "month that is not there": Failing(
        "from datetime import datetime\ndatetime.strptime('2024-13-01', '%Y-%m-%d')\n",
        ("2024-13-01", "%Y-%m-%d"),
    ),
    "field that is frozen": Failing(
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass C:\n    lr: float\nC(0.1).lr = 0.2\n",
        ("`lr`", "dataclasses.replace(obj, lr=…)"),
    ),
    "gradient of several results": Failing(
        HEAD + "torch.func.grad(lambda x: x)(torch.ones(3))\n", ("`.sum()`", "`torch.func.jacrev`")
    ),
    "row that is not there": Failing(
        HEAD + "torch.zeros(3).index_add_(0, torch.tensor([0, 5]), torch.ones(2))\n", ("`index_add_`",)
    ),
    "transform of halves": Failing(
        HEAD + "torch.fft.fft(torch.ones(3).half())\n", ("`float16`", "`.float()`")
    ),
    "group by a column that is not there": Failing(
        "import pandas as pd\ntable = pd.DataFrame({'a': ['x'], 'b': [1]})\ntable.groupby('c')\n",
        ("`table`", "'b'"),
    ),
    "tables with nothing in common": Failing(
        "import pandas as pd\npd.DataFrame({'a': [1]}).merge(pd.DataFrame({'b': [1]}))\n",
        ("`merge`", "left_on"),
    ),
    "library behind a call": Failing(
        "import sys\nsys.path.insert(0, '.')\nfrom pathlib import Path\n"
        "Path('tables.py').write_text('def to_excel(): import never_there')\nimport tables\ntables.to_excel()\n",
        ("`never_there`", "`tables.to_excel`", "pip install never_there"),
        process=True,
    ),
    "library behind a call of pandas": Failing(
        "import pandas as pd\ntable = pd.DataFrame({'a': [1]})\ntable.to_excel('a.xlsx', engine='openpyxl')\n",
        ("`openpyxl`", "`table.to_excel`", "pip install openpyxl"),
    ),
}
"""What works together."""
