"""Programs that take one thing for another: weights for a model, several results for one, a name for a parameter."""

from __future__ import annotations

from .programs import HEAD, Failing

_SAVED = HEAD + "net = nn.Linear(2, 2)\ntorch.save(net.state_dict(), 'w.pt')\n"
_NET = (
    HEAD + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.fc = nn.Linear(2, 2)\n    def forward(self, x):\n        {body}\n"
)
_STEP = HEAD + "w = torch.ones(3, requires_grad=True)\nfor _ in range(2):\n    (w ** 2).sum().backward()\n"
_OUTPUTS = (
    "from collections import namedtuple\n"
    + HEAD
    + "class Net(nn.Module):\n    def forward(self, x):\n        {body}\n"
    "net = Net()\nx, y = torch.ones(2, 3), torch.tensor([0, 1])\n"
)


def _calling(body: str) -> Failing:
    return Failing(_NET.format(body=body) + "Net()(torch.ones(1, 2))\n", (), process=True)


TAKEN = {
    "words that sorted compares with numbers": Failing(
        "words = {'a', 'b', 0}\nsorted(words)\n", ("`sorted`", "key=str")
    ),
    "a rate that is text": Failing(
        HEAD + "torch.optim.Adam(nn.Linear(1, 1).parameters(), lr='1e-3')\n", ("float",)
    ),
    "a class of the same name as its module": Failing(
        "import datetime\ndatetime.now()\n", ("datetime.datetime.now",)
    ),
    "a column of text among numbers": Failing(
        HEAD
        + "import numpy as np\nrows = np.array([[1, 'M'], [2, 'F']], dtype=object)\ntorch.tensor(rows)\n",
        ("`df.dtypes`",),
    ),
    "a word that the vocabulary does not have": Failing(
        "vocab = {'good': 0, 'bad': 1}\n[vocab[word] for word in ['good', 'plot']]\n",
        ("`vocab.get(…, ",),
    ),
    "the end of a tree": Failing(
        "class Node:\n    left = None\ndef depth(node):\n    return 1 + depth(node.left)\ndepth(Node())\n",
        ("if node is None:",),
    ),
    "a mask of another size": Failing(
        HEAD + "mask = torch.tril(torch.ones(8, 8))\ntorch.randn(2, 12, 12).masked_fill(mask == 0, 0.0)\n",
        ("`unsqueeze`",),
    ),
    "columns that a table of text does not have": Failing(
        "import csv, io\nw = csv.DictWriter(io.StringIO(), fieldnames=['a'])\nw.writerow({'a': 1, 'acc': 2})\n",
        ("`acc`", "fieldnames"),
    ),
    "a sample of a set": Failing(
        "import random\nids = set(range(9))\nrandom.sample(ids, 2)\n", ("random.sample(sorted(ids), …)",)
    ),
    "weights for a model": Failing(
        _SAVED + "model = torch.load('w.pt')\nmodel.eval()\n",
        ("`model`", "`model.eval()`", "net.load_state_dict(torch.load('w.pt'))"),
    ),
    "weights that are called": Failing(
        _SAVED + "model = torch.load('w.pt')\nmodel(torch.ones(1, 2))\n",
        ("net.load_state_dict(torch.load('w.pt'))",),
    ),
    "weights in a parameter": Failing(
        _SAVED + "def test(m):\n    m.eval()\ntest(torch.load('w.pt'))\n", ("net.load_state_dict(m)",)
    ),
    "weights under the name of the model": Failing(
        HEAD + "net = nn.Linear(2, 2)\nnet = net.state_dict()\nnet.parameters()\n",
        ("5", "= net.state_dict()"),
    ),
    "weights without a name": Failing(
        HEAD + "net = nn.Linear(2, 2)\nnet.state_dict().forward(torch.ones(2))\n",
        ("`net`", "`net.state_dict()`"),
    ),
    "checkpoint for a model": Failing(
        HEAD + "model = {'model': nn.Linear(2, 2).state_dict(), 'epoch': 3}\nmodel.to('cpu')\n",
        ("'epoch'", "net.load_state_dict(model['model'])"),
    ),
    "checkpoint that is loaded and moved at once": Failing(
        HEAD + "torch.save({'a': 1}, 'w.pt')\ntorch.load('w.pt').cuda()\n", ("torch.load('w.pt')",)
    ),
    "batch that is a dictionary": Failing(
        HEAD + "batch = {'x': torch.ones(2)}\nbatch.to('cpu')\n",
        ("`for key in batch: batch[key] = batch[key].to",),
    ),
    "settings for a model": Failing(
        "model = {'lr': 0.1}\nmodel.parameters()\n", ("`model.parameters()`", "`dict`")
    ),
    "model that calls itself": _calling("return self(self.fc(x))")._replace(
        words=("`forward`", "`self(…)`", "9")
    ),
    "model that calls itself over two lines": _calling("return self(\n            self.fc(x))")._replace(
        words=("`forward`", "`self(…)`")
    ),
    "forward that calls forward": _calling("return self.forward(x)")._replace(words=("`self.forward(…)`",)),
    "forward and another method": _calling(
        "return self.head(x)\n    def head(self, x):\n        return self(x)"
    )._replace(words=("`forward` (9)", "`head` (11)")),
    "model in itself": Failing(
        HEAD + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.net = self\n    def forward(self, x):\n        return self.net(x)\nNet()(torch.ones(2))\n",
        ("`self.net`", "`forward`"),
        process=True,
    ),
    "class that builds itself": Failing(
        "class Net:\n    def __init__(self):\n        self.net = Net()\nNet()\n", ("`Net`", "`__init__`")
    ),
    "attribute behind __getattr__": Failing(
        "class Box:\n    def __getattr__(self, name):\n        return self.data[name]\nBox().x\n",
        ("`__getattr__`", "`self.data`"),
    ),
    "attribute behind __setattr__": Failing(
        "class Box:\n    def __setattr__(self, name, value):\n        self.x = value\nBox().x = 1\n",
        ("`__setattr__`", "super().__setattr__"),
    ),
    "property that reads itself": Failing(
        "class Box:\n    @property\n    def size(self):\n        return self.size\nBox().size\n",
        ("`self.size`", "`self._size`"),
    ),
    "place that asks for itself": Failing(
        "class Data:\n    def __getitem__(self, i):\n        return self[i]\nData()[0]\n",
        ("`__getitem__`", "`self[…]`"),
    ),
    "text of itself": Failing(
        "class Data:\n    def __repr__(self):\n        return f'<{self}>'\nrepr(Data())\n",
        ("`__repr__`", "`self`"),
    ),
    "auxiliary scores": Failing(
        _OUTPUTS.format(body="return GoogLeNetOutputs(x, None, None)").replace(
            "class Net", "from torchvision.models import GoogLeNetOutputs\nclass Net"
        )
        + "nn.CrossEntropyLoss()(net(x), y)\n",
        ("`GoogLeNetOutputs`", "`net(x).logits`", "`model.eval()`"),
    ),
    "auxiliary scores of a name": Failing(
        "from torchvision.models import InceptionOutputs\n"
        + HEAD
        + "out = InceptionOutputs(torch.ones(2, 3), None)\n"
        "out.argmax(1)\n",
        ("`InceptionOutputs`", "`out.logits`"),
    ),
    "results with names": Failing(
        "from collections import namedtuple\n" + HEAD + "Out = namedtuple('Out', 'logits hidden')\n"
        "out = Out(torch.ones(2, 3), torch.ones(2, 3))\nF.cross_entropy(out, torch.tensor([0, 1]))\n",
        ("`Out`", "`out.logits`"),
    ),
    "results of a dataclass": Failing(
        "from dataclasses import dataclass\n" + HEAD + "@dataclass\nclass Out:\n    boxes: torch.Tensor\n"
        "    masks: torch.Tensor\nout = Out(torch.ones(2), torch.ones(2))\ntorch.softmax(out, 0)\n",
        ("`out.boxes`", "`out.masks`"),
    ),
    "results under keys": Failing(
        _OUTPUTS.format(body="return {'out': x, 'aux': x}") + "out = net(x)\nF.cross_entropy(out, y)\n",
        ("`out['out']`",),
    ),
    "results under keys, passed on": Failing(
        _OUTPUTS.format(body="return {'a': x, 'b': x}") + "F.mse_loss(net(x), x)\n",
        ("`net(x)`", "net(x).keys()"),
    ),
    "results in a row, passed on": Failing(
        _OUTPUTS.format(body="return x, x") + "nn.CrossEntropyLoss()(net(x), y)\n",
        ("`Net.forward`", "`net(x)[0]`"),
    ),
    "attention and its weights": Failing(
        HEAD
        + "attn = nn.MultiheadAttention(4, 2)\nx = torch.ones(3, 1, 4)\nnn.Linear(4, 2)(attn(x, x, x))\n",
        ("`attn(x, x, x)[0]`",),
    ),
    "parameter that was left behind": Failing(
        _STEP + "    w = w - 0.01 * w.grad\n    w.grad.zero_()\n",
        ("7", "`w = w - 0.01 * w.grad`", "`w -= …`", "`with torch.no_grad():`"),
    ),
    "parameter that was left behind a turn ago": Failing(
        _STEP + "    w = w - 0.01 * w.grad\n", ("`w -= …`",)
    ),
    "parameter that was left behind without gradient": Failing(
        _STEP + "    with torch.no_grad():\n        w = w - 0.01 * w.grad\n    w.grad.zero_()\n",
        ("`w -= …`", "8"),
    ),
    "parameter that was converted": Failing(
        HEAD + "w = torch.ones(3, requires_grad=True).double()\nw.sum().backward()\nw.grad.zero_()\n",
        ("`w.requires_grad_()`", "`w.retain_grad()`"),
    ),
}
