"""Programs that compile what they compute: TorchScript and `torch.compile`."""

from __future__ import annotations

from .programs import HEAD, Failing

_SCRIPT = HEAD + "@torch.jit.script\n"
_NET = (
    HEAD
    + "class Net(nn.Module):\n    {init}def forward(self, {given}):\n        {body}\ntorch.jit.script(Net())\n"
)
_LAYERS = "def __init__(self):\n        super().__init__()\n        self.layers = {layers}\n    "
_WHOLE = HEAD + "@torch.compile(fullgraph=True, backend='eager')\ndef f(x):\n    {body}\nf(torch.ones(3))\n"


def _script(body: str, given: str, *words: str) -> Failing:
    return Failing(f"{_SCRIPT}def f({given}):\n    {body}\n", words, process=True)


def _whole(body: str, *words: str) -> Failing:
    return Failing(_WHOLE.format(body=body), words, process=True)


COMPILED = {
    "any number of arguments": Failing(
        _NET.format(init="", given="*xs", body="return xs[0]"), ("`*args`", "5"), process=True
    ),
    "value in one branch": _script("if x.sum() > 0:\n        y = x\n    return y", "x", "`y`", "6"),
    "two types to return": _script(
        "if x.sum() > 0:\n        return x\n    return 1", "x", "`Tensor`", "`int`"
    ),
    "list of anything": _script("return xs[0]", "xs: list", "`list[torch.Tensor]`"),
    "value that may be None": _script("return x + 1", "x: torch.Tensor | None", "`if x is not None:`"),
    "comprehension with a condition": _script("return [i for i in x if i > 0]", "x", "Comprehension ifs"),
    "text in TorchScript": _script("return f'{x:.2f}'", "x", "JoinedStr", "6"),
    "function of Python's": _script("open('a')\n    return x", "x", "open"),
    "layers in a list": Failing(
        _NET.format(
            init=_LAYERS.format(layers="[nn.ReLU()]"),
            given="x",
            body="for l in self.layers: x = l(x)\n        return x",
        ),
        ("`self.layers`", "`nn.ModuleList(…)`"),
        process=True,
    ),
    "layer by a variable": Failing(
        _NET.format(
            init=_LAYERS.format(layers="nn.ModuleList([nn.ReLU()])"),
            given="x, i: int",
            body="return self.layers[i](x)",
        ),
        ("enumerate(self.layers)",),
        process=True,
    ),
    "argument without its type": Failing(
        _SCRIPT + "def f(x, n):\n    return x.view(n)\nf(torch.ones(3), 3)\n", ("`n: int`",), process=True
    ),
    "lambda in TorchScript": Failing(
        HEAD + "torch.jit.script(lambda x: x)\n", ("`lambda`", "`def`"), process=True
    ),
    "number from a trace": Failing(
        HEAD + "torch.jit.trace(lambda x: 3, torch.ones(2))\n", ("torch.tensor(…)",)
    ),
    "trace without an example": Failing(
        HEAD + "m = nn.ReLU()\ntorch.jit.trace(m)\n", ("`torch.jit.trace(m, x)`",)
    ),
    "weights for a script": Failing(
        HEAD + "torch.save({'a': 1}, 'w.pt')\ntorch.jit.load('w.pt')\n", ("`torch.load('w.pt')`",)
    ),
    "script that is not there": Failing(HEAD + "torch.jit.load('never.pt')\n", ("`never.pt`",)),
    "branch in one piece": _whole(
        "y = x * 2\n    if y.sum() > 0:\n        return y\n    return x",
        "`y.sum() > 0`",
        "7",
        "fullgraph=True",
    ),
    "loop in one piece": _whole("while x.sum() > 0:\n        x = x - 1\n    return x", "`x.sum() > 0`", "6"),
    "choice in one piece": _whole("return x if x.mean() > 0 else -x", "`x.mean() > 0`", "6"),
    "number in one piece": _whole(
        "n = x.sum().item()\n    if n > 0:\n        return x\n    return -x", "`n > 0`", "7"
    ),
    "print in one piece": _whole("print('x')\n    return x", "6", "`print('x')`"),
    "fault in one piece": Failing(
        HEAD
        + "@torch.compile(backend='eager')\ndef f(x, w):\n    return x @ w\nf(torch.ones(3, 4), torch.ones(3, 4))\n",
        ("6", "`return x @ w`", "[3, 4]"),
        process=True,
    ),
    "backend that is not there": Failing(
        HEAD + "torch.compile(nn.ReLU(), backend='never')\n",
        ("`never`", "torch.compiler.list_backends()"),
        process=True,
    ),
}
"""What is compiled."""
