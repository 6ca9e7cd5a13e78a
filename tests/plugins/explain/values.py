"""Programs whose indices, shapes, values or examples do not fit."""

from __future__ import annotations

from .programs import HEAD, Failing

_X = HEAD + "x = torch.ones(5, 3)\n"
_LOADER = HEAD + "from torch.utils.data import DataLoader, Dataset, TensorDataset\n"
_IMAGES = (
    HEAD + "from PIL import Image\nfrom torchvision import transforms\nimage = Image.new('RGB', (9, 9))\n"
)
_LABELS = HEAD + "logits = torch.ones(4, 3)\nlabels = torch.tensor([0, 1, 2, 1])\n"

VALUES = {
    "mask of another length": Failing(
        _X + "mask = torch.tensor([True, False])\nx[mask]\n", ("`mask` (2)", "`x` (5 × 3)", "0", "5")
    ),
    "mask without a name": Failing(_X + "x[torch.ones(2) > 0]\n", ("2", "5", "`x[x > 0]`")),
    "fractions as an index": Failing(
        _X + "rows = torch.tensor([0.0, 2.0])\nx[rows]\n", ("`rows.long()`", "float32")
    ),
    "a fraction as an index": Failing(_X + "x[3 / 2]\n", ("`float`", "`//`")),
    "word as an index": Failing(_X + "x['weight']\n", ("`str`", "`1:3`")),
    "too many indices": Failing(_X + "x[0, 0, 0]\n", ("`x` (5 × 3)", "2")),
    "gather": Failing(
        _LABELS + "logits.gather(1, labels)\n", ("`logits` (4 × 3)", "`labels` (4)", "`labels.unsqueeze(1)`")
    ),
    "gather by the function": Failing(
        _LABELS + "torch.gather(logits, 1, labels)\n", ("`labels.unsqueeze(1)`",)
    ),
    "permute": Failing(HEAD + "x = torch.ones(2, 3, 4)\nx.permute(1, 0)\n", ("3", "2", "0, 1, 2")),
    "joined with fewer dimensions": Failing(
        _X + "y = torch.ones(5)\ntorch.cat([x, y])\n", ("`x` (5 × 3)", "`y` (5)", "`unsqueeze`")
    ),
    "expand": Failing(_X + "x.expand(4, 3)\n", ("5 × 3", "4 × 3")),
    "written into a row": Failing(_X + "x[0] = torch.ones(2)\n", ("(2)", "(3)")),
    "split": Failing(_X + "x.split([2, 2])\n", ("2 + 2 = 4", "5")),
    "einsum": Failing(_X + "torch.einsum('ij,jk->ik', x, torch.ones(4, 2))\n", ("`j`", "3", "4")),
    "product of matrices only": Failing(
        HEAD + "a = torch.ones(2, 3, 4)\nb = torch.ones(4, 2)\ntorch.mm(a, b)\n", ("`mm`", "`a @ b`")
    ),
    "product of stacks only": Failing(
        HEAD + "a = torch.ones(3, 4)\nb = torch.ones(4, 2)\na.bmm(b)\n", ("`bmm`", "`a @ b`")
    ),
    "product of vectors only": Failing(_X + "x.dot(x)\n", ("`dot`", "`(x * x).sum()`")),
    "rows of several lengths": Failing(HEAD + "torch.tensor([[1, 2], [3]])\n", ("2", "1", "pad_sequence")),
    "tensor of words": Failing(HEAD + "torch.tensor(['cat', 'dog'])\n", ("names.index(label)",)),
    "tensor with nothing in it": Failing(HEAD + "torch.tensor([1, None])\n", ("`NoneType`", "`return`")),
    "tensor of an image": Failing(_IMAGES + "torch.tensor(image)\n", ("`Image`", "`transforms.ToTensor()`")),
    "tensor of a set": Failing(HEAD + "torch.tensor({1, 2})\n", ("`set`",)),
    "array of words": Failing(
        HEAD + "import numpy as np\nwords = np.array(['cat'])\ntorch.from_numpy(words)\n",
        ("`str`", "`numpy.unique(words, return_inverse=True)[1]`"),
    ),
    "array of anything": Failing(
        HEAD + "import numpy as np\nrows = np.array([1, 'a'], dtype=object)\ntorch.from_numpy(rows)\n",
        ("`object`", '`rows.astype("float32")`'),
    ),
    "format of a tensor": Failing(_X + "print(f'{x:.2f}')\n", ("`x` (5 × 3)", "`x.tolist()`")),
    "format of one of two tensors": Failing(_X + "y = x * 2\nprint(f'{x:.2f} {y:.2f}')\n", ("`.item()`",)),
    "length of a number": Failing(HEAD + "loss = torch.tensor(2.0)\nlen(loss)\n", ("`loss.item()`", "`()`")),
    "loop over a number": Failing(HEAD + "for x in torch.tensor(2.0):\n    pass\n", ("`.item()`", "`()`")),
    "range of a tensor": Failing(HEAD + "n = torch.tensor(2.5)\nrange(n)\n", ("`range(int(n))`",)),
    "range of rows": Failing(_X + "for i in range(x):\n    pass\n", ("`range(len(x))`", "`for row in x:`")),
    "labels before the prediction": Failing(
        _LABELS + "F.cross_entropy(labels, logits)\n", ("`F.cross_entropy(logits, labels)`", "`labels` (4)")
    ),
    "labels before the prediction, in a loss": Failing(
        _LABELS + "loss_fn = nn.CrossEntropyLoss()\nloss_fn(labels, logits)\n", ("`loss_fn(logits, labels)`",)
    ),
    "one-hot of fractions": Failing(
        HEAD + "y = torch.tensor([0.0, 1.0])\nF.one_hot(y)\n", ("`y.long()`", "float32")
    ),
    "one-hot of too large a class": Failing(
        HEAD + "y = torch.tensor([0, 5])\nF.one_hot(y, num_classes=3)\n", ("`num_classes`",)
    ),
    "one-hot of a negative class": Failing(
        HEAD + "y = torch.tensor([0, -5])\nF.one_hot(y, num_classes=3)\n", ("`one_hot`",)
    ),
    "data set of unequal tensors": Failing(
        _LOADER + "images = torch.ones(3, 2)\nlabels = torch.ones(4)\nTensorDataset(images, labels)\n",
        ("`images` → 3", "`labels` → 4"),
    ),
    "data set without a length": Failing(
        _LOADER + "class Photos(Dataset):\n    def __getitem__(self, index):\n        return index\n"
        "DataLoader(Photos(), shuffle=True)\n",
        ("`Photos`", "`def __len__(self):`"),
    ),
    "batch of images": Failing(
        _LOADER + _IMAGES + "for batch in DataLoader([image, image]):\n    pass\n",
        ("`Image`", "transforms.ToTensor()"),
    ),
    "batch with nothing in it": Failing(
        _LOADER + "for batch in DataLoader([None]):\n    pass\n", ("`NoneType`", "`__getitem__`", "`return`")
    ),
    "batch of something else": Failing(
        _LOADER + "for batch in DataLoader([{1}, {2}]):\n    pass\n", ("`set`", "`__getitem__`")
    ),
    "image into a layer": Failing(
        _IMAGES + "conv = nn.Conv2d(3, 8, 3)\nconv(image)\n", ("`Image`", "`transforms.ToTensor()(…)`")
    ),
    "tensor turned into a tensor": Failing(
        _IMAGES + "transforms.ToTensor()(torch.ones(3, 4, 4))\n", ("`Tensor`", "`ToTensor`")
    ),
    "image normalised": Failing(
        _IMAGES + "transforms.Normalize([0.5], [0.5])(image)\n",
        ("`Image`", "transforms.Compose([transforms.ToTensor()"),
    ),
    "folder without classes": Failing(
        _IMAGES
        + "from torchvision.datasets import ImageFolder\nimport os\nos.makedirs('photos', exist_ok=True)\n"
        "ImageFolder('photos')\n",
        ("`photos`", "`photos/cat/1.jpg`"),
    ),
    "chosen classes in a loss": Failing(
        _LABELS + "F.cross_entropy(logits.argmax(1), labels)\n", ("`argmax`", "`.long()`")
    ),
    "one output in a loss of classes": Failing(
        HEAD + "p = torch.ones(4, 1)\ny = torch.ones(4, 1).long()\nF.cross_entropy(p, y)\n",
        ("`F.binary_cross_entropy_with_logits(p, y.float())`",),
    ),
    "labels for another length": Failing(
        HEAD + "p = torch.ones(4, 10, 7)\ny = torch.zeros(4, 8).long()\nF.cross_entropy(p, y)\n",
        ("`p` (4 × 10 × 7)", "(4 × 7)", "`y` (4 × 8)"),
    ),
    "range between two": Failing(HEAD + "n = torch.tensor(2.5)\nrange(1, n)\n", ("`range(int(n))`",)),
    "empty tensor as a number": Failing(HEAD + "x = torch.tensor([])\nx.item()\n", ("`.item()`",)),
    "batch into a layer": Failing(
        HEAD + "batch = [torch.ones(4, 2), torch.ones(4)]\nnn.Linear(2, 2)(batch)\n",
        ("`images, labels = batch`",),
    ),
    "batch by a name into a layer": Failing(
        HEAD + "batch = [torch.ones(4, 2), torch.ones(4)]\nlayer = nn.Linear(2, 2)\nlayer(batch)\n",
        ("`images, labels = batch`", "`torch.stack(batch)`"),
    ),
    "comma that makes a tuple": Failing(HEAD + "x = torch.ones(3),\nx.mean()\n", ("`x[0]`", "`mean`")),
    "list of tensors": Failing(
        HEAD + "losses = [torch.ones(()), torch.ones(())]\nlosses.mean()\n", ("`torch.stack(losses)`",)
    ),
    "list of tensors for NumPy": Failing(
        HEAD + "import numpy as np\nlosses = [torch.ones((), requires_grad=True)] * 2\nnp.array(losses)\n",
        ("`losses.append(loss.item())`",),
    ),
    "operator in a product of matrices": Failing(
        HEAD + "a = b = torch.ones(2, 3, 4)\nc = torch.ones(4, 2)\ntorch.mm(a + b, c)\n", ("`(a + b) @ c`",)
    ),
    "mean along a dimension": Failing(
        HEAD + "x = torch.ones(2, 3).long()\nx.mean(dim=1)\n", ("`x.float().mean(dim=1)`",)
    ),
    "stacks of which one is spread": Failing(
        HEAD + "a = torch.ones(1, 3, 4, 5)\nb = torch.ones(2, 4, 5, 6)\na @ b\n", ("3", "4", "1")
    ),
    "index of a tensor in the second place": Failing(_X + "x[:, torch.tensor([7])]\n", ("7", "0")),
    "word in a name as an index": Failing(_X + "key = 'image'\nx[key]\n", ("`str`",)),
    "built like a call": Failing(_X + "nn.ReLU(x)(x)\n", ("`layer = nn.ReLU()`",)),
    "larger of two tensors": Failing(_X + "max(x, x * 2)\n", ("`torch.maximum(…)`",)),
    "folder to write into": Failing(
        HEAD + "open('results/log.txt', 'w')\n", ('`os.makedirs("results", exist_ok=True)`',)
    ),
    "home folder": Failing(HEAD + "open('~/data.csv')\n", ('`os.path.expanduser("~/data.csv")`',)),
    "type in quotes": Failing(_X + "x.to('float')\n", ("`torch.float`",)),
    "renamed file that is not there": Failing(
        HEAD + "import os\nos.rename('a.txt', 'b.txt')\n", ("`a.txt`",)
    ),
    "loss without its parentheses": Failing(
        _LABELS + "loss_fn = nn.CrossEntropyLoss\nloss_fn(logits, labels)\n",
        ("`loss_fn = nn.CrossEntropyLoss()`",),
    ),
}
