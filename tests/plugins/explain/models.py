"""Programs that build, take apart, save or train a model in the wrong way."""

from __future__ import annotations

from .programs import HEAD, Failing

_NET = "class Net(nn.Module):\n    def forwards(self, x):\n        return x\n"
_HEADS = (
    HEAD + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.features = nn.Conv2d(3, 8, 3)\n"
    "        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(8, 10))\nmodel = Net()\n"
)
_LAYER = HEAD + "layer = nn.Linear(2, 3)\n"

MODELS = {
    "head with another name": Failing(
        _HEADS + "model.fc = model.fc\n", ("`model.classifier`", "`Sequential`", "`fc`")
    ),
    "inputs of a head of several layers": Failing(
        _HEADS + "size = model.classifier.in_features\n", ("`model.classifier[1].in_features`",)
    ),
    "head of one layer taken for several": Failing(
        HEAD + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = nn.Linear(8, 10)\nmodel = Net()\nmodel.fc[1]\n",
        ("`model.fc`", "`Linear`"),
    ),
    "part that is not there": Failing(
        _HEADS + "model.backbone.requires_grad_(False)\n",
        ("`backbone`", "`model.features`, `model.classifier`"),
    ),
    "part with a slip": Failing(_HEADS + "model.feature\n", ("`model.features`",)),
    "parameter with a slip": Failing(_LAYER + "print(layer.weights)\n", ("`layer.weight`", "`weights`")),
    "method with a slip": Failing(_LAYER + "layer.zero_gradient()\n", ("`layer.zero_grad`",)),
    "method of a tensor on a pair": Failing(
        HEAD + "lstm = nn.LSTM(4, 5)\nresult = lstm(torch.ones(2, 4))\nresult.mean()\n",
        ("`result[0]`", "`mean`"),
    ),
    "no forward": Failing(HEAD + _NET + "Net()(torch.ones(2))\n", ("`Net`", "`def forward(self, x):`")),
    "list of layers called": Failing(
        HEAD + "layers = nn.ModuleList([nn.Linear(2, 2)])\nlayers(torch.ones(2))\n",
        ("`for layer in layers: x = layer(x)`",),
    ),
    "dictionary of layers called": Failing(
        HEAD + "layers = nn.ModuleDict({'a': nn.Linear(2, 2)})\nlayers(torch.ones(2))\n",
        ('`layers["…"](x)`',),
    ),
    "list in a sequence": Failing(HEAD + "nn.Sequential([nn.Linear(2, 2)])\n", ("`nn.Sequential(*layers)`",)),
    "function in a sequence": Failing(HEAD + "nn.Sequential(nn.Linear(2, 2), F.relu)\n", ("`nn.ReLU()`",)),
    "class in a sequence": Failing(HEAD + "nn.Sequential(nn.Linear(2, 2), nn.ReLU)\n", ("`nn.ReLU(…)`",)),
    "other function in a sequence": Failing(
        HEAD + "nn.Sequential(nn.Linear(2, 2), torch.flatten)\n", ("`flatten`", "`forward`")
    ),
    "tensor for a parameter": Failing(
        _LAYER + "layer.weight = torch.ones(3, 2)\n", ("`weight`", "`nn.Parameter(…)`")
    ),
    "optimizer of a model": Failing(
        _LAYER + "torch.optim.SGD(layer, lr=0.1)\n", ("`torch.optim.SGD(layer.parameters(), …)`",)
    ),
    "optimizer of a method": Failing(
        _LAYER + "torch.optim.SGD(layer.parameters, lr=0.1)\n", ("`layer.parameters()`",)
    ),
    "loop over a method": Failing(
        _LAYER + "for parameter in layer.parameters:\n    parameter.requires_grad = False\n",
        ("`layer.parameters()`",),
    ),
    "optimizer of a tensor": Failing(
        HEAD + "w = torch.ones(2, requires_grad=True)\ntorch.optim.SGD(w, lr=0.1)\n", ("`[w]`",)
    ),
    "learning rate": Failing(
        _LAYER + "torch.optim.SGD(layer.parameters(), lr=-1)\n", ("`lr=1e-3`", "`maximize=True`")
    ),
    "copy of a result": Failing(
        HEAD + "import copy\nw = torch.ones(2, requires_grad=True)\ncopy.deepcopy(w * 2)\n",
        ("`.detach()`", "deepcopy"),
    ),
    "tensor of the inference mode": Failing(
        HEAD + "with torch.inference_mode():\n    a = torch.ones(2)\n"
        "w = torch.ones(2, requires_grad=True)\n(a * w).sum().backward()\n",
        ("`torch.inference_mode()`", "`.clone()`"),
    ),
    "whole model from a file": Failing(
        _LAYER + "import io\nfile = io.BytesIO()\ntorch.save(layer, file)\nfile.seek(0)\ntorch.load(file)\n",
        ("`model.state_dict()`", "`weights_only=False`"),
    ),
    "half a file": Failing(
        _LAYER + "import io\nfile = io.BytesIO()\ntorch.save(layer.state_dict(), file)\n"
        "torch.load(io.BytesIO(file.getvalue()[:600]))\n",
        ("`torch.save`",),
    ),
    "no folder to save into": Failing(
        _LAYER + "torch.save(layer.state_dict(), 'nowhere/layer.pt')\n",
        ('`os.makedirs("nowhere", exist_ok=True)`',),
    ),
    "no file": Failing(HEAD + "torch.load('nowhere.pt')\n", ("`nowhere.pt`", "os.getcwd()")),
    "no file at a full path": Failing(HEAD + "torch.load('/nowhere.pt')\n", ("`/nowhere.pt`", "os.getcwd()")),
    "device with another name": Failing(HEAD + "torch.ones(2).to('gpu')\n", ("`gpu`", "`cuda`", "`mps`")),
    "weights without a network": Failing(
        HEAD
        + "import torch.hub\ntorch.hub.load_state_dict_from_url('http://127.0.0.1:9/weights.pth', model_dir='.')\n",
        ("`torch.hub.get_dir()`", "`weights=None`"),
    ),
    "layer that was never stored": Failing(
        HEAD + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv1 = nn.Conv2d(1, 2, 3)\n    def forward(self, x):\n        return self.conv2(x)\n"
        "Net()(torch.ones(1, 1, 8, 8))\n",
        ("`self.conv2 = …`", "`self.conv1`"),
    ),
    "inputs of one of several layers": Failing(
        HEAD + "model = nn.Sequential(nn.Linear(9, 4), nn.Linear(4, 2))\nmodel.in_features\n",
        ("`model[0].in_features`", "`model[1].in_features`"),
    ),
    "number of a layer that is one": Failing(
        HEAD + "embedding = nn.Embedding(3, 2)\nembedding[2]\n", ("`embedding(x)`", "`embedding.weight`")
    ),
    "layers from a loop": Failing(
        HEAD + "nn.Sequential(nn.Linear(2, 2) for _ in range(3))\n", ("`nn.Sequential(*layers)`",)
    ),
    "transform among layers": Failing(
        HEAD + "from torchvision import transforms\nnn.Sequential(transforms.ToTensor(), nn.Flatten())\n",
        ("`ToTensor`", "`forward`"),
    ),
    "part of a parameter": Failing(
        HEAD + "w = torch.ones(3, requires_grad=True)\nv = w[0]\nv += 1\n", ("`v`", "`with torch.no_grad():`")
    ),
    "layer that works in place": Failing(
        HEAD + "relu = nn.ReLU(inplace=True)\nx = torch.ones(3, requires_grad=True)\nrelu(x)\n",
        ("`inplace=False`",),
    ),
    "something beside the weights": Failing(
        _LAYER + "import io, datetime\nfile = io.BytesIO()\n"
        "torch.save({'model': layer.state_dict(), 'day': datetime.date(2026, 1, 1)}, file)\n"
        "file.seek(0)\ntorch.load(file)\n",
        ("`date`", "`str(…)`"),
    ),
    "file of another program": Failing(
        HEAD + "import numpy as np\nnp.save('a.npy', np.ones(3))\ntorch.load('a.npy')\n", ("`numpy.load`",)
    ),
}
