"""Programs whose losses do not get what they compare."""

from __future__ import annotations

from .wordings import HEAD, MODEL, ONE, STRICT, Wording

DIRECT = {
    "number of labels": Wording(
        MODEL + "y = torch.zeros(8, dtype=torch.long)\nF.cross_entropy(model(x), y)\n",
        ("Predictions: 4, labels: 8", "`y` (8)"),
        ("Previsioni: 4, etichette: 8", "`y` (8)"),
    ),
    "column of labels": Wording(
        MODEL + "y = torch.zeros(4, 1, dtype=torch.long)\nF.cross_entropy(model(x), y)\n",
        ("`y.squeeze(1)`.",),
        ("`y.squeeze(1)`.", "dimensione di lunghezza 1"),
    ),
    "column of labels of another type": Wording(
        MODEL + "loss_fn = nn.CrossEntropyLoss()\ny = torch.zeros(4, 1)\nloss_fn(model(x), y)\n",
        ("`y.squeeze(1).long()`",),
        ("`y.squeeze(1).long()`",),
    ),
    "several labels": Wording(
        MODEL + "y = torch.zeros(4, 2, dtype=torch.long)\nF.cross_entropy(model(x), y)\n",
        ("`y` holds 2 numbers per example; this loss takes one.", "`y[:, 0]`", "`nn.BCEWithLogitsLoss`"),
        ("`y` contiene 2 numeri per ogni esempio, e questa loss ne vuole uno.", "`y[:, 0]`"),
        ("argmax",),
    ),
    "class that is too high": Wording(
        MODEL + "y = torch.tensor([0, 1, 2, 7])\nF.cross_entropy(model(x), y)\n",
        ("There is a label 7", "at least 8 outputs"),
        ("C'è un'etichetta 7", "almeno 8 uscite"),
    ),
    "class below 0": Wording(
        MODEL + "y = torch.tensor([0, 1, 2, -1])\nF.cross_entropy(model(x), y)\n",
        ("Class numbers cannot be negative. Renumber the labels from 0;", "`ignore_index=-1`"),
        ("I numeri di classe non possono essere negativi. Rinumera le etichette da 0;", "`ignore_index=-1`"),
    ),
    "floating-point labels": Wording(
        MODEL + "y = torch.zeros(4)\nF.cross_entropy(model(x), y)\n",
        ("Class numbers must be whole numbers", "`y = y.long()`"),
        ("I numeri di classe devono essere interi", "`y = y.long()`"),
    ),
    "labels of another whole type": Wording(
        MODEL + "y = torch.zeros(4, dtype=torch.int32)\nF.cross_entropy(model(x), y)\n",
        ("Class numbers must have type int64", "`y` holds int32", "`y = y.long()`"),
        ("I numeri di classe devono essere di tipo int64", "`y` contiene int32"),
    ),
    "one-hot labels": Wording(
        MODEL + "y = torch.zeros(4, 5, dtype=torch.long)\nF.cross_entropy(model(x), y)\n",
        ("`y` (4 × 5)", "`y.argmax(1)`"),
        ("`y` (4 × 5)", "`y.argmax(1)`"),
    ),
    "classes at the end": Wording(
        MODEL.replace("4, 20)", "4, 6, 20)")
        + "y = torch.zeros(4, 6, dtype=torch.long)\nF.cross_entropy(model(x), y)\n",
        ("takes (batch, classes, length)", "`.transpose(1, 2)`"),
        ("vuole (batch, classi, lunghezza)", "`.transpose(1, 2)`"),
    ),
    "no probabilities": Wording(
        ONE + "y = torch.ones(4, 1)\nF.binary_cross_entropy(model(x) + 7, y)\n",
        ("Binary cross-entropy takes probabilities", "`nn.BCEWithLogitsLoss`"),
        ("La binary cross-entropy vuole probabilità", "`nn.BCEWithLogitsLoss`"),
    ),
    "binary cross-entropy": Wording(
        ONE + "y = torch.ones(4)\nF.binary_cross_entropy(model(x), y)\n",
        ("use `model(x).squeeze(-1)`, or give the target one: `y.unsqueeze(-1)`",),
        ("usa `model(x).squeeze(-1)`, oppure aggiungila al target: `y.unsqueeze(-1)`",),
    ),
    "binary cross-entropy with logits": Wording(
        ONE + "y = torch.ones(4)\nF.binary_cross_entropy_with_logits(model(x), y)\n",
        ("The prediction has an extra last dimension of size 1: use `model(x).squeeze(-1)`",),
        ("La previsione ha un'ultima dimensione in più, di lunghezza 1: usa `model(x).squeeze(-1)`",),
    ),
    "squared error": Wording(
        STRICT + HEAD + "model = nn.Linear(1, 1)\nx = torch.ones(4, 1)\ny = torch.ones(4)\n"
        "F.mse_loss(model(x), y)\n",
        ("prediction (4 × 1), target `y` (4)", "`model(x).squeeze(-1)`"),
        ("previsione (4 × 1), target `y` (4)", "`model(x).squeeze(-1)`"),
        ("`x.squeeze(-1)`", "obiettivo"),
    ),
    "squared error of a sum": Wording(
        STRICT + ONE + "y = torch.ones(4)\nF.mse_loss(model(x) + 1, y)\n",
        ("`(model(x) + 1).squeeze(-1)`",),
        ("`(model(x) + 1).squeeze(-1)`",),
    ),
    "whole target of a loss": Wording(
        ONE + "y = torch.ones(4, 1, dtype=torch.long)\nF.binary_cross_entropy(model(x).sigmoid(), y)\n",
        ("`y` (4 × 1) holds int64, but float32 is needed here", "`y = y.float()`"),
        ("`y` (4 × 1) contiene int64, ma qui serve float32", "`y = y.float()`"),
    ),
    "whole target of a loss with logits": Wording(
        ONE + "y = torch.ones(4, 1, dtype=torch.long)\nF.binary_cross_entropy_with_logits(model(x), y)\n",
        ("`y` (4 × 1) holds int64", "`y.float()`"),
        ("`y` (4 × 1) contiene int64", "`y.float()`"),
    ),
}
"""Losses whose prediction is computed in the call; its `x` is never what the explanation is about."""

LOSSES = {
    "labels computed in the call": Wording(
        MODEL + "y = torch.zeros(4)\nF.cross_entropy(model(x), y + 0)\n",
        ("these are float32", "`.long()`"),
        ("queste sono float32", "`.long()`"),
        ("`y", "`x"),
    ),
    "classes at the end, named": Wording(
        HEAD + "logits = torch.ones(8, 20, 100)\ny = torch.zeros(8, 20, dtype=torch.long)\n"
        "F.cross_entropy(logits, y)\n",
        ("move them to dimension 1: `logits.transpose(1, 2)`",),
        ("spostale nella dimensione 1: `logits.transpose(1, 2)`",),
    ),
    "one label without a batch": Wording(
        HEAD + "logits = torch.ones(1, 7)\ny = torch.tensor(1)\nF.cross_entropy(logits, y)\n",
        ("`y.unsqueeze(0)`",),
        ("`y.unsqueeze(0)`",),
        ("0 labels", "0 etichette"),
    ),
    "loss that was not built": Wording(
        HEAD + "logits = torch.ones(4, 7)\ny = torch.zeros(4, dtype=torch.long)\n"
        "nn.CrossEntropyLoss(logits, y)\n",
        (
            "The loss must be built before it is used",
            "Write `loss_fn = nn.CrossEntropyLoss()` once, then `loss = loss_fn(logits, y)`; "
            "or use `F.cross_entropy(logits, y)`",
        ),
        ("La loss va creata prima di usarla", "fra quelle parentesi non vanno i tensori"),
    ),
    "squared error that was not built": Wording(
        HEAD + "pred, y = torch.ones(4), torch.ones(4)\nloss = nn.MSELoss(pred, y)\n",
        ("`nn.MSELoss(…)` builds the loss", "`F.mse_loss(pred, y)`"),
        ("`nn.MSELoss(…)` crea la loss", "`F.mse_loss(pred, y)`"),
    ),
    "number of labels without names": Wording(
        MODEL + "y = torch.zeros(8, dtype=torch.long)\nF.cross_entropy(model(x), y + 0)\n",
        ("the prediction has 4, the labels have 8",),
        ("la previsione ha 4, le etichette hanno 8",),
        ("`x`", "`y`"),
    ),
    "column of labels without a name": Wording(
        MODEL + "y = torch.zeros(4, 1, dtype=torch.long)\nF.cross_entropy(model(x), y + 0)\n",
        ("These labels have one dimension too many", "`.squeeze(1)`"),
        ("Queste etichette hanno una dimensione di troppo", "`.squeeze(1)`"),
        ("`x", "`y"),
    ),
    "labels of another whole type without a name": Wording(
        MODEL + "y = torch.zeros(4, dtype=torch.int32)\nF.cross_entropy(model(x), y + 0)\n",
        ("Class numbers must have type int64", "these are int32", "`.long()`"),
        ("I numeri di classe devono essere di tipo int64", "queste sono int32", "`.long()`"),
        ("`x", "`y"),
    ),
    "one-hot labels without a name": Wording(
        MODEL + "y = torch.zeros(4, 5, dtype=torch.long)\nF.cross_entropy(model(x), y + 0)\n",
        ("The labels have the shape of the predictions", "`.argmax(1)`"),
        ("Le etichette hanno la forma delle previsioni", "`.argmax(1)`"),
        ("`x", "`y"),
    ),
    "target of quite another shape": Wording(
        HEAD + "p, y = torch.rand(4, 2), torch.ones(4)\nF.binary_cross_entropy(p, y)\n",
        ("prediction `p` (4 × 2), target `y` (4)", "which dimension is missing"),
        ("previsione `p` (4 × 2), target `y` (4)", "quale dimensione manca"),
        ("squeeze",),
    ),
}
"""Losses."""
