"""Programs that call a model, a function or a class with the wrong arguments, or what is no function."""

from __future__ import annotations

from .programs import HEAD, Failing

_NET = (
    HEAD + "class Net(nn.Module):\n    def __init__(self, size=4):\n        super().__init__()\n"
    "        self.fc = nn.Linear(size, 2)\n    def forward(self, x, mask):\n        return self.fc(x) * mask\n"
)
_ONE = (
    HEAD + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.fc = nn.Linear(4, 2)\n    def forward(self, x):\n        return self.fc(x)\n"
)

CALLS = {
    "forward without one of its values": Failing(
        _NET + "net = Net()\nnet(torch.ones(3, 4))\n", ("`net(…)`", "`Net.forward`", "`x`, `mask`", "`mask`")
    ),
    "forward with one value too many": Failing(
        _ONE + "net = Net()\nx = torch.ones(3, 4)\nnet(x, x)\n", ("`net(…)`", "`Net.forward`", "`x`", "2")
    ),
    "forward with an unknown name": Failing(
        _NET + "net = Net()\nnet(torch.ones(3, 4), masks=1)\n", ("`masks`", "`mask`")
    ),
    "forward without self": Failing(
        _ONE.replace("forward(self, x)", "forward(x)") + "net = Net()\nnet(torch.ones(3, 4))\n",
        ("`Net.forward`", "`self`", "`def forward(self, x):`"),
    ),
    "forward of a block inside": Failing(
        HEAD + "class Block(nn.Module):\n    def forward(self, x):\n        return x\n"
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.block = Block()\n"
        "    def forward(self, x, t):\n        return self.block(x, t)\nNet()(torch.ones(2), torch.ones(2))\n",
        ("`self.block(…)`", "`Block.forward`"),
    ),
    "class called in the place of a model": Failing(
        _ONE + "net = Net\nx = torch.ones(3, 4)\nnet(x)\n", ("`net`", "`Net`", "`net = Net()`")
    ),
    "method of a class under another name": Failing(
        _ONE + "model = Net\nmodel.parameters()\n", ("`model`", "`Net`", "`model = Net(…)`")
    ),
    "value for the class above": Failing(
        HEAD
        + "class Net(nn.Module):\n    def __init__(self, size):\n        super().__init__(size)\nNet(3)\n",
        ("`super().__init__()`",),
    ),
    "layer called as a function": Failing(
        HEAD + "x = torch.ones(2, 3)\nnn.Softmax(x, dim=1)\n", ("`layer = nn.Softmax(dim=1)`", "`layer(x)`")
    ),
    "row of layers with two values": Failing(
        HEAD + "net = nn.Sequential(nn.Linear(2, 2))\nnet(torch.ones(2), torch.ones(2))\n",
        ("`nn.Sequential`",),
    ),
    "hook with too few parameters": Failing(
        HEAD
        + "layer = nn.Linear(2, 2)\ndef hook(module, inputs):\n    pass\nlayer.register_forward_hook(hook)\n"
        "layer(torch.ones(1, 2))\n",
        ("`hook`", "`module`, `inputs`"),
    ),
    "function with a parameter too many for apply": Failing(
        HEAD + "def init(layer, std):\n    pass\nnn.Sequential(nn.Linear(2, 2)).apply(init)\n",
        ("`init`", "`layer`, `std`"),
    ),
    "other word for the learning rate": Failing(
        HEAD + "layer = nn.Linear(2, 2)\ntorch.optim.SGD(layer.parameters(), learning_rate=0.1)\n", ("`lr`",)
    ),
    "scheduler without its number": Failing(
        HEAD + "optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1)\n"
        "scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)\nscheduler.step()\n",
        ("`metrics`", "`scheduler.step(val_loss)`"),
    ),
    "LBFGS without a closure": Failing(
        HEAD + "optimizer = torch.optim.LBFGS([torch.ones(1, requires_grad=True)])\noptimizer.step()\n",
        ("`optimizer.step(closure)`",),
    ),
    "forward without return": Failing(
        _ONE.replace("return ", "x = ") + "net = Net()\nout = net(torch.ones(3, 4))\n"
        "F.cross_entropy(out, torch.tensor([0, 1, 1]))\n",
        ("`Net.forward`", "`out`", "`return`"),
    ),
    "function without return": Failing(
        "def load():\n    data = [1, 2]\ndata = load()\nprint(data[0])\n",
        ("`load`", "`data`", "3", "`return`"),
    ),
    "block without return": Failing(
        HEAD + "class Block(nn.Module):\n    def forward(self, x):\n        x * 2\n"
        "net = nn.Sequential(Block(), nn.Flatten())\nnet(torch.ones(2, 2))\n",
        ("`net[1]`", "`None`", "`return`"),
    ),
    "result of append": Failing(
        "rows = [1]\nrows = rows.append(2)\nrows.append(3)\n", ("`rows`", "2", "`rows.append(2)`")
    ),
    "None that stays": Failing("best = None\nprint(best.shape)\n", ("`best`", "1", "`if best is not None:`")),
    "shape called": Failing(HEAD + "x = torch.ones(2, 3)\nx.shape(0)\n", ("`x.shape[0]`", "`x.size(0)`")),
    "list called": Failing("rows = [1, 2]\nrows(0)\n", ("`rows[0]`",)),
    "sizes taken apart": Failing(
        HEAD + "x = torch.ones(4, 3, 28, 28)\nb, c, h = x.shape\n", ("`x` (4 × 3 × 28 × 28)", "4", "3")
    ),
    "batch without labels": Failing(
        HEAD
        + "from torch.utils.data import DataLoader, TensorDataset\ndata = TensorDataset(torch.ones(8, 2))\n"
        "for x, y in DataLoader(data):\n    pass\n",
        ("`for (x,) in …`", "2", "1"),
    ),
    "states of an LSTM": Failing(
        HEAD + "lstm = nn.LSTM(3, 4)\nout, h, c = lstm(torch.ones(5, 2, 3))\n",
        ("`output, (h, c) = lstm(…)`",),
    ),
    "dictionary gone through": Failing(
        "scores = {'alpha': 1}\nfor name, value in scores:\n    pass\n", ("`scores.items()`",)
    ),
    "counter forgotten": Failing(
        "rows = [1.0]\nfor i, x in rows:\n    pass\n", ("`enumerate(rows)`", "`float`")
    ),
}
"""What is called, and what comes back."""
