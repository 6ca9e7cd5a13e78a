"""Programs with a mistake that is Python's own affair."""

from __future__ import annotations

from .programs import HEAD, Failing

GRAMMAR = {
    "no colon": Failing("for i in range(3)\n    pass\n", ("`:`", "1")),
    "no quotation mark": Failing("x = 1\nname = 'cat\n", ("2",)),
    "open bracket": Failing("x = (1,\n", ("`(`", "1")),
    "extra bracket": Failing("x = 1)\n", ("`( )`", "1")),
    "wrong bracket": Failing("x = [1)\n", ("`[ ]`", "1")),
    "no block": Failing("for i in range(3):\npass\n", ("1", "2", "`pass`")),
    "too far to the right": Failing("x = 1\n  y = 2\n", ("2",)),
    "not far enough": Failing("if 1:\n    x = 1\n  y = 2\n", ("3",)),
    "no comma": Failing("x = [1 2]\n", ("1",)),
    "one equals sign": Failing("if x = 1:\n    pass\n", ("`==`", "1")),
    "not imported": Failing("np.ones(3)\n", ("`np`", "`import numpy as np`")),
    "misspelt": Failing("loss = 1\nlos\n", ("`los`",)),
    "not yet": Failing("def step():\n    total += 1\nstep()\n", ("`total`",)),
    "misspelt module": Failing("import torchvison\n", ("`torchvison`", "`torchvision`")),
    "unknown module": Failing("import soup\n", ("`soup`",)),
    "text as a number": Failing("'3' - 1\n", ("`-`", "`str`", "`int(…)`")),
    "comma for a point": Failing("rate = 3,0\nrate / 2\n", ("`tuple`", "`0.5`")),
    "none in a sum": Failing("None + 2\n", ("`None`", "`return`")),
    "list in a difference": Failing("[1] - 2\n", ("`torch.tensor(…)`",)),
    "text for a number": Failing("epochs = '15'\nrange(epochs)\n", ("`int(epochs)`", "`str`")),
    "fraction for a number": Failing("range(1.5)\n", ("`int(1.5)`", "`float`")),
    "number in a text": Failing("'loss ' + 1\n", ("`int`", '`print("loss", loss)`')),
    "number called": Failing("rate = 3\nrate(2)\n", ("`rate`", "`int`")),
    "module called": Failing(HEAD + "torch.nn(3)\n", ("`torch.nn`", "`torch.nn.…(…)`")),
    "method of a tensor with a slip": Failing(
        HEAD + "loss = torch.ones(1)\nloss.backwards()\n", ("`backwards`", "`.backward`")
    ),
    "no method of a tensor": Failing(HEAD + "torch.ones(1).soup\n", ("`soup`", "`dir(…)`")),
    "loop to a number": Failing("epochs = 10\nfor epoch in epochs:\n    pass\n", ("`range(epochs)`",)),
    "loop over nothing": Failing("for x in None:\n    pass\n", ("`None`", "`return`")),
    "end of a list": Failing("[1][3]\n", ("`len(…) - 1`",)),
    "zero": Failing("1 / 0\n", ("0",)),
    "too few values": Failing("def step(a, b):\n    pass\nstep(1)\n", ("`step`", "`b`")),
    "too few values for a layer": Failing(HEAD + "nn.Linear(3)\n", ("`Linear`", "`out_features`")),
    "method of a class": Failing(
        "class Net:\n    def forward(self):\n        pass\nNet.forward()\n",
        ("`self`", "`Net.forward`", "`thing = Net(…)`"),
    ),
    "value by an unknown name": Failing("def step(a):\n    pass\nstep(b=3)\n", ("`step`", "`b`")),
    "method without self": Failing(
        "class Net:\n    def forward(x):\n        pass\nNet().forward(3)\n", ("`self`", "`Net.forward`")
    ),
    "too many values": Failing("def step():\n    pass\nstep(1)\n", ("`step`", "0", "1")),
    "key": Failing("{'a': 1}['b']\n", ("'b'", "`.get(…, ")),
    "comma in a number": Failing("float('3,5')\n", ("3,5", "replace")),
    "no number": Failing("int('abc')\n", ("abc", "`int()`")),
}
