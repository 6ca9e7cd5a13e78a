"""Programs whose layers for sequences, normalisation or pooling do not get what they take."""

from __future__ import annotations

from .programs import HEAD, Failing

_X = "x = torch.ones(5, 3, 8)\n"

SEQUENCES = {
    "features of an LSTM": Failing(
        HEAD + _X + "lstm = nn.LSTM(10, 20)\nlstm(x)\n", ("`lstm`", "`x` (5 × 3 × 8)", "10")
    ),
    "features of a GRU in another dimension": Failing(
        HEAD + _X + "gru = nn.GRU(3, 20)\ngru(x)\n", ("`x.transpose(1, 2)`", "`gru`")
    ),
    "features of an LSTM inside of a model": Failing(
        HEAD + _X + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.lstm = nn.LSTM(10, 20)\n    def forward(self, x):\n        return self.lstm(x * 2)\nNet()(x)\n",
        ("`self.lstm`", "10", "8"),
    ),
    "images into an LSTM": Failing(
        HEAD + "x = torch.ones(2, 3, 8, 8)\nlstm = nn.LSTM(8, 20)\nlstm(x)\n",
        ("`x` (2 × 3 × 8 × 8)", "`nn.LSTM`"),
    ),
    "state for another batch": Failing(
        HEAD + _X + "gru = nn.GRU(8, 20)\ngru(x, torch.zeros(1, 5, 20))\n",
        ("1 × 3 × 20", "`batch_first=True`"),
    ),
    "state of another size": Failing(
        HEAD + _X + "lstm = nn.LSTM(8, 20)\nlstm(x, (torch.zeros(1, 3, 9), torch.zeros(1, 3, 9)))\n",
        ("1 × 3 × 20", "1 × 3 × 9"),
    ),
    "heads": Failing(HEAD + "nn.MultiheadAttention(12, 5)\n", ("12", "5", "1, 2, 3, 4, 6, 12")),
    "heads without numbers": Failing(HEAD + "n = 5\nnn.MultiheadAttention(12, n)\n", ("embedding",)),
    "attention": Failing(
        HEAD + _X + "attention = nn.MultiheadAttention(12, 3)\nattention(x, x, x)\n",
        ("`attention`", "`x` (5 × 3 × 8)", "`nn.Linear(8, 12)`"),
    ),
    "attention inside of a layer": Failing(
        HEAD + _X + "layer = nn.TransformerEncoderLayer(12, 3)\nlayer(x)\n",
        ("`layer.self_attn`", "`nn.Linear(8, 12)`"),
    ),
    "layer norm": Failing(
        HEAD + _X + "norm = nn.LayerNorm(10)\nnorm(x)\n", ("`norm`", "`x` (5 × 3 × 8)", "`nn.LayerNorm(8)`")
    ),
    "layer norm over another dimension": Failing(
        HEAD + _X + "norm = nn.LayerNorm(3)\nnorm(x)\n", ("`norm`", "`transpose`")
    ),
    "group norm": Failing(
        HEAD + "x = torch.ones(2, 8, 4, 4)\nnorm = nn.GroupNorm(2, 10)\nnorm(x)\n",
        ("`norm`", "10", "8", "`nn.GroupNorm`"),
    ),
    "groups": Failing(HEAD + "nn.GroupNorm(3, 10)\n", ("10", "3", "1, 2, 5, 10")),
    "batch norm for images": Failing(
        HEAD + "x = torch.ones(2, 8)\nnorm = nn.BatchNorm2d(8)\nnorm(x)\n",
        ("`x` (2 × 8)", "`BatchNorm2d`", "`nn.BatchNorm1d`"),
    ),
    "batch norm without a batch": Failing(
        HEAD + "model = nn.Sequential(nn.BatchNorm2d(8))\nmodel(torch.ones(8, 4, 4))\n",
        ("`model[0]`", "`.unsqueeze(0)`", "3"),
    ),
    "pooling": Failing(
        HEAD + "x = torch.ones(1, 3, 4, 4)\npool = nn.MaxPool2d(8)\npool(x)\n",
        ("`pool`", "3 × 4 × 4", "3 × 0 × 0"),
    ),
    "pooling by a function": Failing(
        HEAD + "F.max_pool2d(torch.ones(1, 3, 4, 4), 8)\n", ("3 × 4 × 4", "3 × 0 × 0")
    ),
}
