"""Programs as beginners type them from tutorials and courses, each with a fault of its own kind."""

from __future__ import annotations

from .programs import HEAD, Failing

_LOADING = HEAD + "from torch.utils.data import DataLoader, Subset, WeightedRandomSampler\n"
_TABLE = "import pandas as pd\n" + HEAD
_ENUM = "from enum import Enum\nclass Color(Enum):\n    RED = 1\n"

SEEN = {
    "too little data for a block": Failing(
        HEAD + "data = torch.arange(5)\ntorch.randint(len(data) - 8, (4,))\n",
        ("-3", "`len(data) - block_size`"),
    ),
    "empty range of random numbers": Failing(HEAD + "torch.randint(5, 5, (2,))\n", ("5",)),
    "probabilities of a choice": Failing(
        HEAD + "torch.distributions.Categorical(probs=torch.tensor([-0.1, 1.1]))\n",
        ("`torch.softmax(x, dim=-1)`",),
    ),
    "classes marked in rows": Failing(
        HEAD + "scores = torch.randn(3, 3)\ny = torch.eye(3)\nnn.NLLLoss()(scores, y)\n", ("`y.argmax(1)`",)
    ),
    "reduction that is not there": Failing(
        HEAD + "a = torch.ones(3)\nnn.L1Loss(reduction='avg')(a, a)\n", ("`avg`", "`mean`", "`sum`")
    ),
    "row of keys": Failing("names = {0: 'a'}\nkeys = [0, 0]\nnames[keys]\n", ("in keys]`", "`tuple(keys)`")),
    "place beyond a subset": Failing(_LOADING + "part = Subset([1, 2], [0, 5])\npart[1]\n", ("`Subset`",)),
    "fraction of samples": Failing(
        _LOADING + "WeightedRandomSampler([0.1, 0.9], num_samples=2.0)\n", ("2.0", "`int(…)`")
    ),
    "grid of numbers": Failing(
        "from torchvision.utils import make_grid\nmake_grid([1, 2])\n", ("`make_grid`", "`int`")
    ),
    "state without layers": Failing(
        HEAD + "rnn = nn.RNN(4, 8)\nx = torch.ones(5, 3, 4)\nh = torch.zeros(3, 8)\nrnn(x, h)\n",
        ("3", "2", "`h.unsqueeze(0)`"),
    ),
    "state for a batch that is not there": Failing(
        HEAD + "rnn = nn.GRU(4, 8)\nx = torch.ones(5, 4)\nh = torch.zeros(1, 1, 8)\nrnn(x, h)\n",
        ("`h.squeeze(1)`",),
    ),
    "one state of two, made on the spot": Failing(
        HEAD + "lstm = nn.LSTM(8, 16)\nlstm(torch.ones(5, 1, 8), torch.zeros(1, 1, 16))\n",
        ("LSTM", "torch.zeros(1, 1, 16)"),
    ),
    "fewer grids than images": Failing(
        HEAD + "x = torch.rand(2, 3, 8, 8)\ngrid = torch.rand(1, 4, 4, 2)\nF.grid_sample(x, grid)\n",
        ("2", "1", "expand(2, -1, -1, -1)"),
    ),
    "grid with its places in front": Failing(
        HEAD + "F.grid_sample(torch.rand(1, 3, 8, 8), torch.rand(1, 2, 4, 4))\n", ("2", "`permute`")
    ),
    "kernel that is a matrix": Failing(
        HEAD + "k = torch.ones(3, 3)\nF.conv2d(torch.ones(1, 1, 4, 4), k)\n",
        ("`k` (3 × 3)", "`k[None, None]`"),
    ),
    "counts that are too few": Failing(
        HEAD + "x = torch.ones(3)\nx.repeat_interleave(torch.tensor([1, 2]))\n",
        ("3", "2", "`repeat_interleave`"),
    ),
    "length of whole numbers": Failing(
        HEAD + "v = torch.tensor([3, 4])\nv.norm()\n", ("`v.norm`", "int64", "`v.float()`")
    ),
    "layer by a text": Failing(HEAD + "net = nn.Sequential(nn.ReLU())\nnet['0']\n", ("`net[0]`",)),
    "layer by a name": Failing(HEAD + "net = nn.ModuleList([nn.ReLU()])\nnet['fc']\n", ("`nn.ModuleDict`",)),
    "layer without a size": Failing(
        HEAD + "net = nn.LazyLinear(3)\nnet.weight.numel()\n", ("`model(x)`", "`numel`")
    ),
    "path before the values": Failing(
        HEAD + "m = nn.ReLU()\ntorch.save('m.pt', m.state_dict())\n",
        ("`torch.save(m.state_dict(), 'm.pt')`",),
    ),
    "list for a tensor": Failing(
        HEAD + "scores = [1.0, 2.0]\nF.softmax(scores, dim=0)\n", ("`F.softmax`", "`torch.tensor(scores)`")
    ),
    "property that is read": Failing(
        "class A:\n    @property\n    def size(self):\n        return 3\na = A()\na.size = 4\n",
        ("`size`", "`@size.setter`"),
    ),
    "member of an enumeration": Failing(
        _ENUM + "Color.BLUE\n", ("`Color`", "`BLUE`", "`print(list(Color))`")
    ),
    "name of an enumeration": Failing(_ENUM + "Color['BLUE']\n", ("`Color`", "BLUE")),
    "value of an enumeration": Failing(_ENUM + "Color(3)\n", ("`Color`", "`3`", "`Color[…]`")),
    "thread that ran": Failing(
        "from threading import Thread\nt = Thread(target=int)\nt.start()\nt.join()\nt.start()\n",
        ("Thread(target=…)",),
    ),
    "series after a selection": Failing(
        _TABLE + "s = pd.Series([1, 2, 3])\ns = s[s > 1]\ns[0]\n",
        ("0", "`s.iloc[0]`", "reset_index(drop=True)"),
    ),
    "table for a tensor": Failing(
        _TABLE + "df = pd.DataFrame({'a': [1.0]})\ntorch.tensor(df)\n",
        ('torch.tensor(df.to_numpy(dtype="float32"))',),
    ),
    "method in the place of a model": Failing(
        HEAD + "net = nn.Linear(2, 2)\nnet = net.eval\nnet(torch.ones(1, 2))\n", ("`net`", "`.eval()`")
    ),
    "two results of a maximum": Failing(
        HEAD + "pred = torch.max(torch.ones(2, 3), 1)\npred.shape\n", ("`pred.indices`", "`pred.values`")
    ),
    "layer built with the tensor": Failing(
        HEAD + "x = nn.ReLU(torch.ones(3))\nx.sum()\n", ("`x`", "`nn.ReLU()(x)`")
    ),
    "size that is a fraction": Failing(
        HEAD + "n = 12 / 3\ntorch.arange(12).reshape(n, 3)\n", ("`reshape`", "`int(n)`")
    ),
    "target that is no probability": Failing(
        HEAD + "F.binary_cross_entropy(torch.ones(2), 5 * torch.ones(2))\n", ("`nn.MSELoss`",)
    ),
    "library that an import needs": Failing(
        "import sys\nfrom pathlib import Path\nPath('helping.py').write_text('import never_there')\n"
        "sys.path.insert(0, '.')\nfrom helping import x\n",
        ("`never_there`",),
        process=True,
    ),
    "picture of fractions": Failing(
        "import numpy as np\nfrom PIL import Image\nImage.fromarray(np.zeros((4, 4, 3)))\n", ("`uint8`",)
    ),
    "layers with names": Failing(HEAD + "nn.Sequential({'fc': nn.ReLU()})\n", ("`OrderedDict`",)),
    "layer of batch normalisation in passing": Failing(
        HEAD + "nn.Sequential(nn.BatchNorm1d(16))(torch.ones(2, 8))\n", ("16", "8", "`nn.BatchNorm1d(8)`")
    ),
}
