"""Programs whose tensors do not fit together."""

from __future__ import annotations

from .wordings import HEAD, MODEL, Wording

SHAPES = {
    "condition without a name": Wording(
        HEAD + "w = torch.ones(3)\nw in [torch.zeros(3)]\n",
        ("`torch.equal(a, b)`",),
        ("`torch.equal(a, b)`",),
        ("  ",),
    ),
    "and": Wording(
        HEAD + "x = torch.ones(3)\nx[x > 0 and x < 2]\n",
        ("`(x > 0) & (x < 2)`",),
        ("`(x > 0) & (x < 2)`",),
    ),
    "or in a condition": Wording(
        HEAD + "x = torch.ones(3)\nif x > 0 or x < -2:\n    pass\n",
        ("`(x > 0) | (x < -2)`", "`.any()`"),
        ("`(x > 0) | (x < -2)`",),
    ),
    "chain of comparisons": Wording(
        HEAD + "x = torch.ones(3)\nif 0 < x < 2:\n    pass\n",
        ("`(0 < x) & (x < 2)`",),
        ("`(0 < x) & (x < 2)`",),
    ),
    "sum of three": Wording(
        HEAD + "x = torch.ones(4, 3)\nscale = torch.ones(3)\nshift = torch.ones(4)\nx * scale + shift\n",
        ("In dimension 1 one tensor has 3 and the other 4",),
        ("Nella dimensione 1 un tensore ha 3 e l'altro 4",),
        ("`x`", "`scale`", "`shift`"),
    ),
    "product and sum": Wording(
        HEAD + "x = torch.ones(4, 3)\nw = torch.ones(3, 2)\nb = torch.ones(4)\nx @ w + b\n",
        ("one tensor has 2 and the other 4",),
        ("un tensore ha 2 e l'altro 4",),
        ("`x`", "`w`", "`b`"),
    ),
    "error of a model": Wording(
        MODEL + "y = torch.ones(4)\n((model(x) - y) ** 2).mean()\n",
        ("one tensor has 5 and the other 4",),
        ("un tensore ha 5 e l'altro 4",),
        ("`x`", "`y`"),
    ),
    "addition in place": Wording(
        HEAD + "a = torch.ones(3)\nb = torch.ones(4)\na += b\n",
        ("`a` (3) and `b` (4) have 3 and 4",),
        ("`a` (3) e `b` (4) hanno 3 e 4",),
    ),
    "stacks of matrices": Wording(
        HEAD + "a = torch.ones(2, 3, 4)\nb = torch.ones(5, 4, 6)\na @ b\n",
        ("These stacks of matrices", "`a` (2 × 3 × 4) has 2 and `b` (5 × 4 × 6) has 5"),
        ("Questi stack di matrici", "`a` (2 × 3 × 4) ha 2 e `b` (5 × 4 × 6) ha 5"),
        ("unsqueeze",),
    ),
    "stacks of matrices without names": Wording(
        HEAD + "a = torch.ones(2, 3, 4)\na @ torch.ones(5, 4, 6)\n",
        ("These stacks of matrices", "one tensor has 2 and the other 5"),
        ("Questi stack di matrici", "un tensore ha 2 e l'altro 5"),
        ("`a`",),
    ),
    "stack of keys": Wording(
        HEAD + "q = torch.ones(2, 5, 8)\nk = torch.ones(2, 5, 8)\nq @ k\n",
        ("`q @ k.transpose(-2, -1)`",),
        ("`q @ k.transpose(-2, -1)`",),
    ),
    "weight of a layer in a product": Wording(
        HEAD + "layer = nn.Linear(4, 5)\nx = torch.ones(8, 4)\nx @ layer.weight\n",
        ("`layer.weight` (5 × 4)", "`x @ layer.weight.T`"),
        ("`layer.weight` (5 × 4)", "`x @ layer.weight.T`"),
    ),
    "joining": Wording(
        HEAD + "a, b = torch.ones(2, 3), torch.ones(2, 4)\ntorch.cat([a, b])\n",
        ("`a` (2 × 3)", "`b` (2 × 4)", "`dim=1`"),
        ("`a` (2 × 3)", "`b` (2 × 4)", "`dim=1`"),
    ),
    "joining what fits nowhere": Wording(
        HEAD + "torch.cat([torch.ones(2, 3), torch.ones(3, 4)])\n",
        ("tensor number 2",),
        ("il tensore numero 2",),
        ("another dimension", "un'altra dimensione"),
    ),
    "stacking": Wording(
        HEAD + "torch.stack([torch.ones(2), torch.ones(2), torch.ones(3)])\n",
        ("tensor number 1 is (2), number 3 is (3)",),
        ("il tensore numero 1 è (2), il numero 3 è (3)",),
        ("crop",),
    ),
    "stacking by name": Wording(
        HEAD + "a, b = torch.ones(2), torch.ones(3)\ntorch.stack((a, b))\n",
        ("`a` (2) and `b` (3) differ",),
        ("`a` (2) e `b` (3) hanno forme diverse",),
    ),
    "reshape with a rest": Wording(
        HEAD + "x = torch.ones(8, 3)\nx.view(-1, 5)\n",
        ("24 cannot be divided by 5, so no size works for the -1.",),
        ("24 non è divisibile per 5: nessuna dimensione può stare al posto del -1.",),
        ("…",),
    ),
    "reshape without a name": Wording(
        HEAD + "x = torch.ones(8, 3)\n(x * 2).reshape(5, 5)\n",
        ("Numbers in the tensor: 24",),
        ("Numeri nel tensore: 24",),
        ("`x`", "`x.", "  "),
    ),
    "change in place of another type": Wording(
        HEAD + "image = torch.zeros(3, 8, 8, dtype=torch.uint8)\nimage /= 255\n",
        ("`image = image / 255`",),
        ("`image = image / 255`", "sul posto (in-place)"),
    ),
    "mean of whole numbers": Wording(
        HEAD + "pred, y = torch.tensor([1, 2]), torch.tensor([1, 3])\n(pred == y).mean()\n",
        ("`(pred == y).float().mean()`",),
        ("`(pred == y).float().mean()`",),
    ),
    "dimension": Wording(
        HEAD + "logits = torch.ones(7)\nlogits.argmax(dim=1)\n",
        ("`logits` (7) has no dimension 1",),
        ("`logits` (7) non ne ha una con il numero 1",),
    ),
    "index": Wording(
        HEAD + "x = torch.ones(5)\nfor i in range(6):\n    x[i]\n",
        ("indices of `x` (5) go from 0 to 4",),
        ("gli indici di `x` (5) vanno da 0 a 4",),
    ),
    "index of nothing": Wording(
        HEAD + "x = torch.ones(0)\nx[0]\n", ("this tensor is empty",), ("questo tensore è vuoto",)
    ),
    "view": Wording(
        HEAD + "x = torch.ones(2, 3, 4)\nx.transpose(1, 2).view(2, 12)\n",
        ("`x.transpose(1, 2).reshape(2, 12)`",),
        ("`x.transpose(1, 2).reshape(2, 12)`",),
    ),
    "examples of different sizes": Wording(
        HEAD + "from torch.utils.data import DataLoader\nrows = [torch.ones(2), torch.ones(3)]\n"
        "for batch in DataLoader(rows, batch_size=2):\n    pass\n",
        ("number 1 is (2), number 2 is (3)",),
        ("il numero 1 è (2), il numero 2 è (3)",),
    ),
    "cast of a result": Wording(
        HEAD + "x = torch.tensor([1, 2])\nx.add_(0.5)\n",
        ("The result has type float32, but the tensor it goes into has type int64",),
        ("Un tensore di tipo int64 dovrebbe ricevere un risultato di tipo float32",),
        ("`x",),
    ),
    "dimension of a result": Wording(
        HEAD + "x = torch.ones(7)\n(x * 2).argmax(dim=1)\n",
        ("this tensor has no dimension 1", "from -1 to 0"),
        ("questo tensore non ne ha una con il numero 1", "da -1 a 0"),
        ("`x",),
    ),
    "types of results": Wording(
        HEAD + "a, b = torch.ones(2, 3), torch.ones(3, 2)\na.double() @ b.float()\n",
        ("gets float64 and float32",),
        ("riceve float64 e float32",),
        ("`a", "`b"),
    ),
    "index of a result": Wording(
        HEAD + "x = torch.ones(5)\n(x * 2)[7]\n",
        ("In dimension 0, of size 5, the indices go from 0 to 4",),
        ("Nella dimensione 0, di lunghezza 5, gli indici vanno da 0 a 4",),
        ("`x",),
    ),
    "mean by a function": Wording(
        HEAD + "x = torch.tensor([1, 2])\ntorch.mean(x)\n",
        ("`mean()` does not take int64", "Put `.float()` before `mean()`", "holds int64"),
        ("`mean()` non accetta int64", "Metti `.float()` prima di `mean()`", "contiene int64"),
        ("torch.float()",),
    ),
    "product with a turned matrix": Wording(
        HEAD + "x, w = torch.ones(4, 7), torch.ones(3, 6)\nx @ w.T\n",
        ("Columns of the first: 7; rows of the second: 6.",),
        ("Colonne della prima: 7; righe della seconda: 6.",),
        ("`x", "`w"),
    ),
    "view of a turned matrix": Wording(
        HEAD + "x = torch.ones(2, 3).T\nx.view(6)\n",
        ("`x.reshape(6)`",),
        ("`x.reshape(6)`",),
    ),
}
"""Shapes."""
