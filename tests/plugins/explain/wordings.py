"""What an explanation says of a program in each language, and what it must not say."""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    """A program, what is said about it in English and in Italian, and what is said in neither."""

    source: str
    en: tuple[str, ...]
    it: tuple[str, ...]
    never: tuple[str, ...] = ()


HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
STRICT = "import warnings\nwarnings.simplefilter('error')\n"
MODEL = HEAD + "model = nn.Linear(20, 5)\nx = torch.ones(4, 20)\n"
ONE = HEAD + "model = nn.Linear(3, 1)\nx = torch.ones(4, 3)\n"
NET = (
    HEAD + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.conv = nn.Conv2d(1, 8, 3)\n        self.fc = nn.Linear(8 * 26 * 26, 10)\n"
    "    def forward(self, x):\n        {body}\nNet()(torch.ones(8, 1, 28, 28))\n"
)
IMAGES = "images = torch.ones(8, 1, 28, 28)\n"
