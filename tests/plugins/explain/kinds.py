"""Programs in which a value is of another kind than was thought, or a name is not there."""

from __future__ import annotations

from .programs import HEAD, Failing

_ARRAY = "import numpy as np\n" + HEAD
_PLOT = "import matplotlib\nmatplotlib.use('Agg')\nfrom matplotlib import pyplot as plt\n" + HEAD

KINDS = {
    "place of a single number": Failing(
        HEAD + "loss = torch.tensor(0.5)\nprint(loss.data[0])\n", ("`loss`", "`loss.item()`")
    ),
    "gradients of the loss reset": Failing(
        HEAD + "loss = torch.ones(1)\nloss.zero_grad()\n", ("`optimizer.zero_grad()`",)
    ),
    "model that is not wrapped": Failing(
        HEAD + "model = nn.Linear(2, 2)\nmodel.module.state_dict()\n", ("`nn.DataParallel`", "`model`")
    ),
    "next of an iterator": Failing("rows = iter([1])\nrows.next()\n", ("`next(rows)`",)),
    "next of a loader": Failing(
        HEAD + "from torch.utils.data import DataLoader\nloader = DataLoader([1])\nnext(loader)\n",
        ("`next(iter(loader))`",),
    ),
    "place of a loader": Failing(
        HEAD + "from torch.utils.data import DataLoader\nloader = DataLoader([1])\nloader[0]\n",
        ("`next(iter(loader))`", "`loader.dataset[0]`"),
    ),
    "key read as an attribute": Failing("config = {'lr': 0.1}\nconfig.lr\n", ('`config["lr"]`',)),
    "option with a slip": Failing(
        "from argparse import Namespace\nargs = Namespace(epochs=3)\nargs.epoch\n", ("`args.epochs`",)
    ),
    "number that was taken out before": Failing(
        "loss = 0.5\nloss.item()\n", ("`loss`", "`.item`", "`float`")
    ),
    "method of a tensor on an array": Failing(
        _ARRAY + "a = np.ones(3)\na.unsqueeze(0)\n", ("`torch.from_numpy(a)`",)
    ),
    "growing tensor": Failing(HEAD + "x = torch.ones(1)\nx.append(2)\n", ("`torch.stack(values)`",)),
    "tuple that should be sorted": Failing("names = ('b', 'a')\nnames.sort()\n", ("`names = list(names)`",)),
    "length of a number": Failing("n = 5\nlen(n)\n", ("`n`", "`range(n)`", "`int`")),
    "key of a known dictionary": Failing("d = {'a': 1, 'b': 2}\nd['c']\n", ("'c'", "`d`", "'a', 'b'")),
    "number for a text as a key": Failing("d = {'1': 'cat'}\nn = 1\nd[n]\n", ("`d[str(n)]`",)),
    "tensor as a key": Failing(HEAD + "d = {1: 'cat'}\nn = torch.tensor(1)\nd[n]\n", ("`d[n.item()]`",)),
    "one too far": Failing(
        "rows = [1, 2]\nfor i in range(3):\n    rows[i]\n", ("`rows`", "`i`", "2", "`range(len(rows))`")
    ),
    "name that comes later": Failing("train()\ndef train():\n    pass\n", ("`train`", "2")),
    "name with a slip": Failing("learning_rate = 1\nlearning_rat\n", ("`learning_rate`",)),
    "name of another module": Failing("from torch.nn import Adam\n", ("`from torch.optim import Adam`",)),
    "member in other letters": Failing(HEAD + "nn.Conv2D(1, 2, 3)\n", ("`nn.Conv2d`",)),
    "member of the library itself": Failing(HEAD + "torch.randon(3)\n", ("`randon`", "`torch.randn`")),
    "array with a float for an index": Failing(
        _ARRAY + "a = np.ones(3)\nn = 4 / 2\na[n]\n", ("`float`", "`int(…)`", "`//`")
    ),
    "arrays of other shapes": Failing(
        _ARRAY + "a = np.ones((3, 4))\nb = np.ones((4, 3))\na + b\n", ("`a` (3 × 4)", "`b` (4 × 3)")
    ),
    "condition on an array": Failing(
        _ARRAY + "a = np.ones(3)\nif a > 0:\n    pass\n", ("`a > 0`", "`.any()`")
    ),
    "channels first in a picture": Failing(
        _PLOT + "image = torch.rand(3, 8, 8)\nplt.imshow(image)\n",
        ("`image.permute(1, 2, 0)`", "(3 × 8 × 8)"),
    ),
    "points without partners": Failing(_PLOT + "plt.plot([1, 2], [1])\n", ("2", "1", "`range(len(y))`")),
    "row of plots": Failing(
        _PLOT + "figure, axes = plt.subplots(1, 3)\naxes.plot([1])\n", ("`axes[0].plot(…)`",)
    ),
    "list for labels": Failing(
        HEAD + "logits = torch.ones(2, 3)\nlabels = [0, 2]\nF.cross_entropy(logits, labels)\n",
        ("`target`", "`torch.tensor(labels)`"),
    ),
    "two tensors to join": Failing(
        HEAD + "a = torch.ones(2)\nb = torch.ones(2)\ntorch.cat(a, b)\n", ("`torch.cat([a, b])`",)
    ),
    "list of tensors": Failing(
        HEAD + "rows = [torch.ones(3)]\ntorch.tensor(rows)\n", ("`torch.stack(rows)`",)
    ),
    "mask turned by a minus": Failing(HEAD + "mask = torch.tensor([True])\n1 - mask\n", ("`~mask`",)),
    "text in a sum": Failing(HEAD + "x = torch.ones(2)\nx * '2'\n", ("`*`", "`str`")),
    "json of a tensor": Failing(
        "import json\n" + HEAD + "json.dumps(torch.ones(1))\n", ("`Tensor`", "`.tolist()`")
    ),
    "json that is none": Failing("import json\njson.loads('[')\n", ("1", "2")),
    "gradient of what has none": Failing(
        HEAD + "w = torch.ones(2)\ntorch.autograd.grad(w.sum(), w)\n", ("`requires_grad=True`",)
    ),
    "grey images, three channels": Failing(
        _ARRAY + "from torchvision import transforms\n"
        "t = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])\n"
        "t(np.zeros((8, 8, 1), dtype=np.uint8))\n",
        ("3", "`transforms.Normalize((0.5,), (0.5,))`"),
    ),
    "one state for an LSTM": Failing(
        HEAD + "lstm = nn.LSTM(3, 4)\nx, h = torch.ones(5, 2, 3), torch.ones(1, 2, 4)\nlstm(x, h)\n",
        ("`lstm`", "`(h, c)`"),
    ),
    "mask for another dimension": Failing(
        HEAD
        + "layer = nn.MultiheadAttention(16, 2)\nx = torch.ones(4, 10, 16)\nmask = torch.ones(10, 10).bool()\n"
        "layer(x, x, x, attn_mask=mask)\n",
        ("`x` (4 × 10 × 16)", "10", "4 × 4", "`batch_first=True`"),
    ),
    "weights of classes": Failing(
        HEAD
        + "loss = nn.CrossEntropyLoss(weight=torch.ones(2))\nloss(torch.ones(2, 3), torch.tensor([0, 1]))\n",
        ("3", "2", "`weight`"),
    ),
    "empty data set": Failing(
        HEAD + "from torch.utils.data import DataLoader\nDataLoader([], shuffle=True)\n",
        ("`len(dataset)`", "0"),
    ),
    "condition that does not hold": Failing(
        HEAD + "x = torch.ones(2, 3)\nassert x.shape == (3, 2)\n", ("`x.shape == (3, 2)`", "`x` (2 × 3)")
    ),
    "branch inside of vmap": Failing(
        HEAD
        + "def f(x):\n    if x.sum() > 0:\n        return x\n    return -x\ntorch.vmap(f)(torch.ones(3, 2))\n",
        ("`x.sum() > 0`", "`torch.where(condition, a, b)`"),
    ),
}
"""Kinds of values."""
