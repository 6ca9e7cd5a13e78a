"""Programs that go wrong on the way back, or on the way to Python numbers."""

from __future__ import annotations

from .wordings import HEAD, MODEL, Wording

GRADIENTS = {
    "NumPy of a result": Wording(
        MODEL + "model(x).numpy()\n",
        ("Put `.detach()` before `.numpy()`.",),
        ("Metti `.detach()` prima di `.numpy()`.",),
        ("`x",),
    ),
    "NumPy of a weight": Wording(
        MODEL + "model.weight.numpy()\n",
        ("`model.weight.detach().numpy()`",),
        ("`model.weight.detach().numpy()`",),
    ),
    "NumPy of two": Wording(
        "import numpy as np\n" + HEAD + "y = torch.ones(3)\nw = torch.ones(3, requires_grad=True)\n"
        "np.corrcoef(y, w)\n",
        ("`.detach().numpy()`",),
        ("`.detach().numpy()`",),
        ("`y", "`w"),
    ),
    "leaf in a layer": Wording(
        MODEL + "model.weight -= 0.1\n",
        ("`model.weight` is a parameter",),
        ("`model.weight` è un parametro", "sul posto (in-place)"),
    ),
    "place in a leaf": Wording(
        HEAD + "w = torch.ones(3, requires_grad=True)\nw[0] = 5\n",
        ("`w` is a parameter",),
        ("`w` è un parametro", "sul posto (in-place)"),
    ),
    "leaf in a function": Wording(
        HEAD + "w = torch.ones(3, requires_grad=True)\nb = torch.ones(3)\nF.relu_(w)\n",
        ("This changes in place a parameter",),
        ("Qui si modifica sul posto (in-place) un parametro",),
        ("`w`", "`F`"),
    ),
    "loss without a name that trains nothing": Wording(
        MODEL + "y = torch.ones(4)\nF.mse_loss(model(x).argmax(1).float(), y).backward()\n",
        ("The loss does not depend",),
        ("La loss non dipende",),
        ("`y`", "`x`"),
    ),
    "backward twice": Wording(
        HEAD + "w = torch.ones(3, requires_grad=True)\nh = w.exp()\nfor _ in range(2):\n"
        "    (h * h).sum().backward()\n",
        ("For two losses from one computation: `(loss1 + loss2).backward()`.",),
        ("Per due loss dallo stesso calcolo: `(loss1 + loss2).backward()`.",),
        ("`h`",),
    ),
    "one number of a table": Wording(
        HEAD + "w = torch.ones(3, 4)\nw.item()\n",
        ("`w` (3 × 4)", "`w.mean()`"),
        ("`w` (3 × 4)", "`w.mean()`"),
        ("`w[0]`",),
    ),
    "one number of a result": Wording(
        HEAD + "w = torch.ones(3, 4)\nw.mean(0).item()\n",
        ("this one holds 4",),
        ("questo ne contiene 4",),
        ("`w", "  "),
    ),
    "one whole number": Wording(
        HEAD + "w = torch.ones(3, dtype=torch.long)\nfloat(w)\n",
        ("`w[0]`", "`w.sum()`"),
        ("`w[0]`", "`w.sum()`"),
        ("mean",),
    ),
    "step between": Wording(
        HEAD + "a, b = nn.Linear(3, 2), nn.Linear(2, 1)\n"
        "opt = torch.optim.SGD([*a.parameters(), *b.parameters()], lr=0.1)\n"
        "loss = b(a(torch.ones(4, 3))).sum()\nloss.backward(retain_graph=True)\nopt.step()\nloss.backward()\n",
        ("If `optimizer.step()` came in between, compute the loss again after it.", "(2 × 1)"),
        ("Se in mezzo c'è stato `optimizer.step()`, ricalcola la loss dopo.", "(2 × 1)"),
        ("strided",),
    ),
    "overwritten sum": Wording(
        HEAD + "w = torch.ones(3, requires_grad=True)\na = w * 2\nb = a * a\na += 1\nb.sum().backward()\n",
        ("something changed a tensor of shape (3) in place",),
        ("qualcosa ha modificato sul posto (in-place) un tensore di forma (3)",),
        ("`add`", "result of", "risultato di"),
    ),
    "overwritten number": Wording(
        HEAD + "w = torch.tensor(2.0, requires_grad=True)\ny = w.exp()\ny += 1\ny.backward()\n",
        ("The result of `exp`, of shape (),",),
        ("Il risultato di `exp`, di forma (),",),
    ),
    "overwritten place": Wording(
        HEAD
        + "w = torch.ones(3, requires_grad=True)\nx = torch.zeros(3)\nx[0] = w[0]\ny = x * w\nx[1] = 3.0\n"
        "y.sum().backward()\n",
        ("tensor of shape (3)",),
        ("tensore di forma (3)",),
        ("`torch`", "CopySlices"),
    ),
    "array into a layer": Wording(
        "import numpy as np\n" + HEAD + "fc = nn.Linear(3, 2)\nrows = np.ones((4, 3))\nfc(rows)\n",
        ("`torch.from_numpy(rows).float()`",),
        ("`torch.from_numpy(rows).float()`",),
    ),
    "no gradient yet": Wording(
        HEAD + "w = torch.ones(3, requires_grad=True)\nw.data -= 0.1 * w.grad\n",
        ("`w.grad` is `None`",),
        ("`w.grad` è `None`",),
    ),
    "no gradient to clear": Wording(
        HEAD + "w = torch.ones(3, requires_grad=True)\nw.grad.zero_()\n",
        ("`w.grad` is `None`",),
        ("`w.grad` è `None`",),
    ),
    "no leaf": Wording(
        HEAD + "w = torch.ones(3, requires_grad=True) * 0.01\ntorch.optim.SGD([w], lr=0.1)\n",
        ("`w` is computed from other tensors", "`.requires_grad_()`"),
        ("`w` è il risultato di un calcolo", "`.requires_grad_()`"),
    ),
    "number instead of a loss": Wording(
        HEAD + "loss = torch.ones(4).sum().item()\nloss.backward()\n",
        ("`loss` is a Python number (`float`)",),
        ("`loss` è un numero di Python (`float`)",),
    ),
    "loss function instead of a loss": Wording(
        HEAD + "loss = nn.MSELoss()\nloss.backward()\n",
        ("`value = loss(prediction, target)`",),
        ("`value = loss(prediction, target)`",),
    ),
    "one of several results to optimize": Wording(
        HEAD + "a = torch.ones(3, requires_grad=True)\nb = a * 2\ntorch.optim.SGD([a, b], lr=0.1)\n",
        ("One of these tensors is computed from others",),
        ("Uno di questi tensori è il risultato di un calcolo",),
        ("`a`", "`b`"),
    ),
    "number that never was a loss": Wording(
        HEAD + "loss = 0\nloss.backward()\n",
        ("`loss` is a Python number (`int`)", "Assign the loss to it first"),
        ("`loss` è un numero di Python (`int`)", "Assegna prima la loss"),
        (".item()",),
    ),
    "several losses of a name": Wording(
        HEAD + "w = torch.ones(3, requires_grad=True)\nloss = w * 2\nloss.backward()\n",
        ("`loss` (3) holds several",),
        ("`loss` (3) ne contiene più di uno",),
    ),
}
"""Gradients."""
