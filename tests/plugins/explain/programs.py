"""Programs that really fail, and the words that their explanations must hold in every language."""

from __future__ import annotations

from typing import NamedTuple


class Failing(NamedTuple):
    """A program, and what its explanation says in any language."""

    source: str
    words: tuple[str, ...]
    process: bool = False
    """Whether it needs a process of its own."""


HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
_LOADER = "import os\n" + HEAD + "from torch.utils.data import DataLoader, Dataset\n"


def _dataset(body: str) -> str:
    return (
        f"{_LOADER}class Photos(Dataset):\n    def __len__(self):\n        return 4\n"
        f"    def __getitem__(self, index):\n        {body}\n"
        "if __name__ == '__main__':\n"
        "    for batch in DataLoader(Photos(), num_workers=1, multiprocessing_context='fork'):\n        pass\n"
    )


PROGRAMS = {
    "fault of one's own way to make a batch": Failing(
        "from torch.utils.data import DataLoader\ndef join(batch):\n    return batch[9]\nif __name__ == '__main__':\n"
        "    for x in DataLoader([1, 2], num_workers=1, collate_fn=join, multiprocessing_context='fork'):\n"
        "        pass\n",
        ("IndexError", "3", "`num_workers=0`"),
        process=True,
    ),
    "product": Failing(
        HEAD + "a = torch.ones(64, 20)\nb = torch.ones(30, 7)\nc = a @ b\n",
        ("`a` (64 × 20)", "`b` (30 × 7)", "20", "30"),
    ),
    "product, the other way round": Failing(
        HEAD + "a = torch.ones(64, 20)\nb = torch.ones(7, 20)\nc = a @ b\n", ("`a @ b.T`",)
    ),
    "product of stacks": Failing(
        HEAD + "a = torch.ones(2, 8, 4)\nb = torch.ones(2, 5, 6)\nc = a @ b\n",
        ("`a` (2 × 8 × 4)", "`b` (2 × 5 × 6)", "-2"),
    ),
    "product with the weight of a convolution": Failing(
        HEAD + "logits = torch.ones(8, 4, requires_grad=True)\n"
        "weight = torch.ones(5, 2, 3, 3, requires_grad=True)\nlogits @ weight\n",
        ("`logits` (8 × 4)", "`weight` (5 × 2 × 3 × 3)", "4", "3"),
    ),
    "product with the weight of a layer in a model": Failing(
        HEAD + "logits = torch.ones(8, 4, requires_grad=True)\nmodel = nn.Sequential(nn.Conv2d(2, 5, 3))\n"
        "hidden = logits @ model[0].weight\n",
        ("`logits` (8 × 4)", "`model[0].weight` (5 × 2 × 3 × 3)", "4", "3"),
    ),
    "product by a function": Failing(
        HEAD + "a = torch.ones(2, 4, 8)\nb = torch.ones(2, 5, 6)\nc = torch.matmul(a, b)\n",
        ("`a` (2 × 4 × 8)", "`b` (2 × 5 × 6)", "8"),
    ),
    "product with a vector": Failing(
        HEAD + "a = torch.ones(8, 4)\nv = torch.ones(3)\na @ v\n", ("`a` (8 × 4)", "`v` (3)", "-1")
    ),
    "product of vectors": Failing(
        HEAD + "u = torch.ones(4)\nv = torch.ones(3)\nu @ v\n", ("`u` (4)", "`v` (3)")
    ),
    "layer": Failing(
        HEAD + "head = nn.Linear(512, 7)\nfeatures = torch.ones(32, 1280)\nlogits = head(features)\n",
        ("`head`", "`features` (32 × 1280)", "`nn.Linear(1280, 7)`"),
    ),
    "layer inside a model": Failing(
        HEAD
        + "model = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(32, 10))\n"
        + "images = torch.ones(8, 1, 28, 28)\nlogits = model(images)\n",
        ("`model[3]`", "32", "(8 × 64)", "`nn.Linear(64, 10)`"),
    ),
    "layer of an own class": Failing(
        HEAD
        + "class Net(nn.Module):\n    def __init__(self):\n"
        + "        super().__init__()\n        self.fc = nn.Linear(10, 2)\n"
        + "    def forward(self, x):\n        return self.fc(x)\nnet = Net()\nnet(torch.ones(4, 12))\n",
        ("`self.fc`", "`x` (4 × 12)", "`nn.Linear(12, 2)`"),
    ),
    "images into a layer": Failing(
        HEAD + "model = nn.Linear(784, 10)\nimages = torch.ones(8, 1, 28, 28)\nmodel(images)\n",
        ("`images.flatten(1)`", "8 × 784"),
    ),
    "channels": Failing(
        HEAD + "conv = nn.Conv2d(3, 8, 3)\ngray = torch.ones(16, 1, 28, 28)\nconv(gray)\n",
        ("`conv`", "`gray` (16 × 1 × 28 × 28)", "gray.repeat(1, 3, 1, 1)", "`nn.Conv2d(1, …)`"),
    ),
    "channels at the end": Failing(
        HEAD + "conv = nn.Conv2d(3, 8, 3)\nphotos = torch.ones(16, 28, 28, 3)\nconv(photos)\n",
        ("photos.permute(0, 3, 1, 2)",),
    ),
    "more channels": Failing(
        HEAD + "conv = nn.Conv2d(3, 8, 5)\nphotos = torch.ones(16, 4, 28, 28)\nconv(photos)\n",
        ("`nn.Conv2d(4, …)`", "`photos` (16 × 4 × 28 × 28)"),
    ),
    "no images": Failing(
        HEAD + "conv = nn.Conv2d(3, 8, 3)\nx = torch.ones(16, 28)\nconv(x)\n", ("`conv`", "`x` (16 × 28)")
    ),
    "batch sizes": Failing(
        HEAD
        + "logits = torch.ones(32, 7)\nlabels = torch.zeros(64, dtype=torch.long)\nF.cross_entropy(logits, labels)\n",
        ("`logits` (32 × 7)", "`labels` (64)"),
    ),
    "labels with an axis too many": Failing(
        HEAD
        + "logits = torch.ones(4, 7)\nlabels = torch.zeros(4, 1, dtype=torch.long)\nF.cross_entropy(logits, labels)\n",
        ("`labels` (4 × 1)", "`labels.squeeze(1)`"),
    ),
    "one-hot labels": Failing(
        HEAD
        + "logits = torch.ones(4, 7)\nlabels = torch.zeros(4, 7, dtype=torch.long)\nF.cross_entropy(logits, labels)\n",
        ("`labels` (4 × 7)", "`labels.argmax(1)`"),
    ),
    "labels in several columns": Failing(
        HEAD
        + "logits = torch.ones(4, 7)\nlabels = torch.zeros(4, 2, dtype=torch.long)\nF.cross_entropy(logits, labels)\n",
        ("`labels`", "`labels[:, 0]`", "`nn.BCEWithLogitsLoss`"),
    ),
    "class out of bounds": Failing(
        HEAD
        + "logits = torch.ones(4, 7)\nlabels = torch.tensor([0, 1, 2, 7])\nF.cross_entropy(logits, labels)\n",
        ("`labels`", "`logits` (4 × 7)", "7", "0", "6", "8"),
    ),
    "binary cross entropy": Failing(
        HEAD + "p = torch.rand(4, 1)\ny = torch.ones(4)\nF.binary_cross_entropy(p, y)\n",
        ("`p` (4 × 1)", "`y` (4)", "`p.squeeze(-1)`"),
    ),
    "binary cross entropy with logits": Failing(
        HEAD + "p = torch.rand(4)\ny = torch.ones(4, 1)\nF.binary_cross_entropy_with_logits(p, y)\n",
        ("`p` (4)", "`y` (4 × 1)", "`y.squeeze(-1)`"),
    ),
    "squared error, as an error": Failing(
        "import warnings\nwarnings.simplefilter('error')\n"
        + HEAD
        + "p = torch.rand(4, 1)\ny = torch.ones(4)\nF.mse_loss(p, y)\n",
        ("`p` (4 × 1)", "`y` (4)", "`p.squeeze(-1)`"),
        process=True,
    ),
    "devices": Failing(
        HEAD + 'head = nn.Linear(3, 2, device="meta")\nx = torch.ones(2, 3)\nhead(x)\n',
        ("`x` → cpu", "`head` → meta"),
    ),
    "types in a product": Failing(
        HEAD + "a = torch.ones(2, 3)\nb = torch.ones(3, 2, dtype=torch.float64)\na @ b\n",
        ("`b` (3 × 2)", "float64", "float32", "`b = b.float()`"),
    ),
    "types in a layer": Failing(
        "import numpy as np\n"
        + HEAD
        + "head = nn.Linear(3, 2)\nx = torch.from_numpy(np.ones((4, 3)))\nhead(x)\n",
        ("`x` (4 × 3)", "`head`", "float64", "float32", "`x = x.float()`"),
    ),
    "types of two vectors": Failing(
        HEAD + "x = torch.ones(4, dtype=torch.int64)\ny = torch.ones(4)\ntorch.dot(x, y)\n",
        ("int64", "float32"),
    ),
    "bytes of an image": Failing(
        HEAD
        + "conv = nn.Conv2d(3, 8, 3)\nimage = torch.zeros(1, 3, 28, 28, dtype=torch.uint8)\nconv(image)\n",
        ("`image` (1 × 3 × 28 × 28)", "uint8", "`image = image.float() / 255`"),
    ),
    "labels that are no whole numbers": Failing(
        HEAD + "logits = torch.ones(4, 7)\nlabels = torch.zeros(4)\nF.cross_entropy(logits, labels)\n",
        ("`labels`", "float32", "int64", "`labels = labels.long()`"),
    ),
    "indices that are no whole numbers": Failing(
        HEAD + "words = nn.Embedding(10, 3)\nindex = torch.ones(4)\nwords(index)\n",
        ("`index`", "float32", "`index = index.long()`"),
    ),
    "overwritten": Failing(
        HEAD + "w = torch.ones(3, requires_grad=True)\ny = w.exp()\ny.add_(1)\ny.sum().backward()\n",
        ("`exp`", "(3)"),
    ),
    "backward twice": Failing(
        HEAD
        + "w = torch.ones(3, requires_grad=True)\nloss = (w * w).sum()\nloss.backward()\nloss.backward()\n",
        ("`loss`", "`.detach()`"),
    ),
    "nothing to train": Failing(
        HEAD + "x = torch.ones(3)\nloss = (x * 2).sum()\nloss.backward()\n",
        ("`loss`", "`requires_grad=True`"),
    ),
    "leaf": Failing(
        HEAD + "w = torch.ones(3, requires_grad=True)\nw -= 0.1\n", ("`w`", "`with torch.no_grad():`")
    ),
    "memory": Failing(HEAD + "big = torch.empty(2**44)\n", ("70.4 TB",)),
    "loader": Failing(
        _dataset("return {'a': 1}[index]"), ("KeyError: 0", "10", "`num_workers=0`"), process=True
    ),
    "loader that vanishes": Failing(_dataset("os._exit(3)"), ("`num_workers=0`",), process=True),
    "broadcast": Failing(
        HEAD + "a = torch.ones(4, 3)\nb = torch.ones(4)\na + b\n", ("`a` (4 × 3)", "`b` (4)", "`unsqueeze`")
    ),
    "reshape": Failing(
        HEAD + "x = torch.ones(8, 3, 32, 32)\nx.view(8, 1000)\n", ("`x` (8 × 3 × 32 × 32)", "24576", "8000")
    ),
    "several losses": Failing(
        HEAD + "w = torch.ones(3, requires_grad=True)\n(w * 2).backward()\n", ("`.mean()`",)
    ),
    "one number": Failing(HEAD + "w = torch.ones(3)\nw.item()\n", ("`w` (3)", "`w.mean()`")),
    "numpy": Failing(HEAD + "w = torch.ones(3, requires_grad=True)\nw.numpy()\n", ("`w.detach().numpy()`",)),
    "truth": Failing(HEAD + "w = torch.ones(3)\nif w > 0:\n    pass\n", ("`w > 0`", "`.any()`")),
    "joining": Failing(HEAD + "torch.cat([torch.ones(2, 3), torch.ones(3, 4)])\n", ("3", "4")),
    "stacking": Failing(HEAD + "torch.stack([torch.ones(2), torch.ones(3)])\n", ("(2)", "(3)")),
    "no parameters": Failing(HEAD + "torch.optim.SGD([], lr=0.1)\n", ("`model.parameters()`",)),
    "one example": Failing(
        HEAD + "norm = nn.BatchNorm1d(4)\nnorm(torch.ones(1, 4))\n", ("`norm`", "1 × 4", "`model.eval()`")
    ),
    "checkpoint": Failing(
        HEAD + "model = nn.Linear(3, 2)\nmodel.load_state_dict(nn.Linear(4, 2).state_dict())\n",
        ("2 × 4", "2 × 3", "`weight`"),
    ),
    "checkpoint with other names": Failing(
        HEAD + "model = nn.Linear(3, 2)\nmodel.load_state_dict({'w': torch.ones(2, 3)})\n",
        ("Linear", "`weight`", "`w`"),
    ),
    "too many open files": Failing(
        "import os, resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
        "files = [open(os.devnull) for _ in range(100)]\n",
        ("`num_workers`",),
        process=True,
    ),
    "file too large": Failing(
        "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "with open('large', 'wb', buffering=0) as file:\n    [file.write(bytes(4096)) for _ in range(3)]\n",
        ("`file_size`",),
        process=True,
    ),
    "disk full": Failing(
        "with open('/dev/full', 'wb', buffering=0) as file:\n    file.write(b'1')\n", ("checkpoint",)
    ),
    "whole numbers": Failing(
        HEAD + "torch.tensor([1, 2, 3], requires_grad=True)\n", ("`dtype=torch.float32`",)
    ),
}
"""What runs on any machine."""

GPU_PROGRAMS = {
    "devices": Failing(
        HEAD + 'head = nn.Linear(3, 2).to("cuda")\nx = torch.ones(2, 3)\nhead(x)\n',
        ("`x` → cpu", "`head` → cuda:0", '`x = x.to("cuda:0")`'),
        process=True,
    ),
    "devices of two tensors": Failing(
        HEAD + 'a = torch.ones(2, 3, device="cuda")\nb = torch.ones(2, 3)\na + b\n',
        ("`a` → cuda:0", "`b` → cpu", '`b = b.to("cuda:0")`'),
        process=True,
    ),
    "devices in a convolution": Failing(
        HEAD + 'conv = nn.Conv2d(3, 8, 3).to("cuda")\nimage = torch.ones(1, 3, 28, 28)\nconv(image)\n',
        ("`image` → cpu", "`conv` → cuda:0"),
        process=True,
    ),
    "memory of the GPU": Failing(
        HEAD + 'big = torch.empty(2**42, device="cuda")\n',
        ("16384.00 GiB", "`torch.no_grad()`"),
        process=True,
    ),
    "index on the GPU": Failing(
        HEAD
        + 'logits = torch.ones(4, 7, device="cuda")\nlabels = torch.tensor([0, 1, 2, 9], device="cuda")\n'
        + "F.cross_entropy(logits, labels)\ntorch.cuda.synchronize()\n",
        ("GPU", "CPU"),
        process=True,
    ),
}
"""What needs a GPU."""
