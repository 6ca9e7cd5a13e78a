"""Programs whose layers do not get what they take."""

from __future__ import annotations

from .wordings import HEAD, IMAGES, NET, Wording

LAYERS = {
    "images into a model without flatten": Wording(
        HEAD + IMAGES + "model = nn.Sequential(nn.ReLU(), nn.Linear(784, 128))\nmodel(images)\n",
        (
            "`model[1]` takes 784 numbers per example, but it reads only the last dimension, which has 28: "
            "the examples have not been flattened.",
            "Put `nn.Flatten()` before `model[1]` (in `forward`: `x.flatten(1)`).",
        ),
        (
            "`model[1]` vuole 784 numeri per ogni esempio, ma guarda solo l'ultima dimensione, che ne ha 28: "
            "gli esempi non sono stati appiattiti.",
            "Metti `nn.Flatten()` prima di `model[1]` (in `forward`: `x.flatten(1)`).",
        ),
        ("224", "nn.Linear(28"),
    ),
    "images straight into a model": Wording(
        HEAD + IMAGES + "model = nn.Sequential(nn.Linear(784, 128))\nmodel(images)\n",
        ("Inputs of `model[0]`: expected 784, got 28", "`images.flatten(1)` gives 8 × 784"),
        ("Ingressi di `model[0]`: attesi 784, ricevuti 28", "`images.flatten(1)` dà 8 × 784"),
        ("224", "nn.Linear(28"),
    ),
    "images without a name into a model": Wording(
        HEAD + "model = nn.Sequential(nn.Linear(784, 128))\nmodel(torch.ones(8, 1, 28, 28))\n",
        ("If each example has several dimensions, put `nn.Flatten()` before `model[0]`",),
        ("Se ogni esempio ha più dimensioni, metti `nn.Flatten()` prima di `model[0]`",),
        ("224",),
    ),
    "convolution without flatten": Wording(
        NET.format(body="return self.fc(F.relu(self.conv(x)))"),
        ("Put `nn.Flatten()` before `self.fc`",),
        ("Metti `nn.Flatten()` prima di `self.fc`",),
        ("1664", "nn.Linear(26"),
    ),
    "layer of the wrong size in a model": Wording(
        HEAD
        + IMAGES
        + "model = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.Linear(64, 10))\nmodel(images)\n",
        ("(8 × 32)", "`nn.Linear(32, 10)`"),
        ("(8 × 32)", "`nn.Linear(32, 10)`"),
        ("Flatten",),
    ),
    "numbers in a row": Wording(
        HEAD + "model = nn.Linear(1, 1)\nx = torch.linspace(0, 1, 50)\nmodel(x)\n",
        ("`x.unsqueeze(1)`",),
        ("`x.unsqueeze(1)`",),
        ("flatten", "1 inputs"),
    ),
    "one image into a layer": Wording(
        HEAD + "fc = nn.Linear(784, 10)\nimage = torch.ones(28, 28)\nfc(image)\n",
        ("`image.flatten()`",),
        ("`image.flatten()`",),
    ),
    "flattened with the batch": Wording(
        HEAD + "fc = nn.Linear(784, 10)\nx = torch.ones(8, 1, 28, 28)\nfc(x.flatten())\n",
        ("The batch was flattened too; `flatten(1)` keeps it.",),
        ("È stato appiattito anche il batch; `flatten(1)` lo conserva.",),
        ("6272, 10",),
    ),
    "channels of a sequence": Wording(
        HEAD + "conv = nn.Conv1d(3, 8, 5)\nx = torch.ones(4, 2, 100)\nconv(x)\n",
        ("Channels of `conv`: expected 3, got 2", "`nn.Conv1d(2, …)`", "(batch, channels, length)"),
        ("Canali di `conv`: attesi 3, ricevuti 2", "`nn.Conv1d(2, …)`", "(batch, canali, lunghezza)"),
        ("height", "altezza", "Conv2d"),
    ),
    "channels of a sequence at the end": Wording(
        HEAD + "conv = nn.Conv1d(3, 8, 5)\nx = torch.ones(4, 100, 3)\nconv(x)\n",
        ("`x.transpose(1, 2)`",),
        ("`x.transpose(1, 2)`",),
    ),
    "images without channels": Wording(
        HEAD + "conv = nn.Conv2d(1, 8, 3)\nimages = torch.ones(16, 28, 28)\nconv(images)\n",
        ("`images.unsqueeze(1)`", "`images` (16 × 28 × 28)"),
        ("`images.unsqueeze(1)`", "`images` (16 × 28 × 28)"),
        ("1 × 16", "Conv2d(16"),
    ),
    "one image with its channels at the end": Wording(
        HEAD + "conv = nn.Conv2d(3, 8, 3)\nimage = torch.ones(28, 32, 3)\nconv(image)\n",
        ("`image.permute(2, 0, 1)`",),
        ("`image.permute(2, 0, 1)`",),
        ("`x",),
    ),
    "channels inside a model": Wording(
        HEAD + "model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(16, 8, (3, 5)))\n"
        "images = torch.ones(2, 3, 28, 28)\nmodel(images)\n",
        ("The previous layer outputs 8 channels: make it output 16, or build `model[2]` for 8.",),
        ("Lo strato precedente produce 8 canali: fagliene produrre 16, oppure costruisci `model[2]` per 8.",),
        ("`x`", "`images"),
    ),
    "one channel inside a model": Wording(
        HEAD + "model = nn.Sequential(nn.Conv2d(3, 1, 3), nn.Conv2d(3, 8, 3))\n"
        "images = torch.ones(2, 3, 28, 28)\nmodel(images)\n",
        ("The previous layer outputs a single channel",),
        ("Lo strato precedente produce un canale solo",),
        ("repeat", "grey", "grigi", "`x`"),
    ),
    "grey images into a model": Wording(
        HEAD + IMAGES + "model = nn.Sequential(nn.Conv2d(3, 8, 3))\nmodel(images)\n",
        ("`images.repeat(1, 3, 1, 1)`",),
        ("`images.repeat(1, 3, 1, 1)`",),
        ("previous layer", "precedente"),
    ),
    "channels of a result at the end": Wording(
        HEAD + "conv = nn.Conv2d(3, 8, 3)\nx = torch.ones(4, 28, 28, 3)\nconv(x / 255)\n",
        ("If the channels come last, move them to the front with `.permute(0, 3, 1, 2)`.",),
        ("Se i canali sono in fondo, portali davanti con `.permute(0, 3, 1, 2)`.",),
        ("`x",),
    ),
    "channels of a function": Wording(
        HEAD + "x = torch.ones(4, 1, 28, 28)\nw = torch.ones(8, 3, 3, 3)\nF.conv2d(x, w)\n",
        ("Channels of `F.conv2d`: expected 3, got 1",),
        ("Canali di `F.conv2d`: attesi 3, ricevuti 1",),
        ("build", "costruisci"),
    ),
    "transposed convolution": Wording(
        HEAD + "up = nn.ConvTranspose2d(3, 8, 3)\nx = torch.ones(2, 4, 28, 28)\nup(x)\n",
        ("`nn.ConvTranspose2d(4, …)`",),
        ("`nn.ConvTranspose2d(4, …)`",),
    ),
    "one grey image": Wording(
        HEAD + "conv = nn.Conv2d(1, 8, 3)\nimage = torch.ones(28, 28)\nconv(image)\n",
        ("`image[None, None]`",),
        ("`image[None, None]`",),
    ),
    "flat images": Wording(
        HEAD + "conv = nn.Conv2d(1, 8, 3)\nx = torch.ones(16, 784)\nconv(x)\n",
        ("`x.view(-1, 1, 28, 28)`",),
        ("`x.view(-1, 1, 28, 28)`",),
    ),
    "flat sequence": Wording(
        HEAD + "conv = nn.Conv1d(1, 8, 3)\nx = torch.ones(100)\nconv(x)\n",
        ("`x[None, None]`", "(batch, channels, length)"),
        ("`x[None, None]`", "(batch, canali, lunghezza)"),
        ("images", "immagini"),
    ),
    "meta": Wording(
        HEAD + 'head = nn.Linear(3, 2, device="meta")\nx = torch.ones(2, 3)\nhead(x)\n',
        ('Build `head` without `device="meta"`; for a model, call `.to_empty(device="cpu")` and then load',),
        ('Crea `head` senza `device="meta"`; per un modello, chiama `.to_empty(device="cpu")` e poi carica',),
        ("copy", "copia"),
    ),
    "checkpoint with a part of the keys": Wording(
        HEAD + "model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))\n"
        "model.load_state_dict(nn.Sequential(nn.Linear(3, 2)).state_dict())\n",
        ("wants `1.weight`, which is not in the file",),
        ("vuole `1.weight`, che nel file non c'è",),
        ("module.",),
    ),
    "checkpoint with a prefix": Wording(
        HEAD + "model = nn.Sequential(nn.Linear(3, 2))\n"
        "model.load_state_dict({'module.' + k: v for k, v in model.state_dict().items()})\n",
        ("wants `0.weight`", "has `module.0.weight`", "start with `module.`"),
        ("vuole `0.weight`", "c'è `module.0.weight`", "cominciano con `module.`"),
    ),
    "checkpoint with more than weights": Wording(
        HEAD + "model = nn.Linear(3, 2)\nmodel.load_state_dict({'model': model.state_dict(), 'epoch': 3})\n",
        ('under `"model"`',),
        ('sotto `"model"`',),
    ),
    "embedding": Wording(
        HEAD + "emb = nn.Embedding(10, 3)\ntokens = torch.tensor([[1, 4, 10]])\nemb(tokens)\n",
        ("The rows of `emb` go from 0 to 9; `tokens`", "`nn.Embedding(n, 3)`"),
        ("Le righe di `emb` vanno da 0 a 9; `tokens`",),
    ),
    "tuple into a layer": Wording(
        HEAD + "lstm = nn.LSTM(3, 8)\nfc = nn.Linear(8, 2)\nx = torch.ones(4, 5, 3)\nfc(lstm(x))\n",
        ("Take the output: `lstm(x)[0]`.",),
        ("Prendi l'uscita: `lstm(x)[0]`.",),
    ),
    "tuple inside a model": Wording(
        HEAD + "model = nn.Sequential(nn.LSTM(3, 8), nn.Linear(8, 2))\nx = torch.ones(4, 5, 3)\nmodel(x)\n",
        ("`output, state = lstm(x)`", "`tuple`"),
        ("`output, state = lstm(x)`", "`tuple`"),
    ),
    "list into a layer": Wording(
        HEAD + "fc = nn.Linear(3, 2)\nrow = [1.0, 2.0, 3.0]\nfc(row)\n",
        ("`torch.tensor(row, dtype=torch.float32)`",),
        ("`torch.tensor(row, dtype=torch.float32)`",),
    ),
    "layer called like a function": Wording(
        HEAD + "fc = nn.Linear(3, 2)\nx = nn.ReLU(torch.ones(3))\nfc(x)\n",
        ("`nn.ReLU(…)` builds a layer", "`F.relu(…)`"),
        ("`nn.ReLU(…)` costruisce uno strato", "`F.relu(…)`"),
    ),
    "kernel": Wording(
        HEAD + "conv = nn.Conv2d(1, 4, 5)\nx = torch.ones(2, 1, 3, 3)\nconv(x)\n",
        ("`conv` has a kernel of 5 × 5", "only 3 × 3"),
        ("`conv` ha un kernel di 5 × 5", "solo 3 × 3"),
    ),
    "normalisation": Wording(
        HEAD + "norm = nn.BatchNorm2d(4)\nx = torch.ones(2, 3, 8, 8)\nnorm(x)\n",
        ("Channels of `norm`: expected 4, got 3", "`nn.BatchNorm2d(3)`", "a mean and a variance"),
        ("Canali di `norm`: attesi 4, ricevuti 3", "`nn.BatchNorm2d(3)`"),
    ),
    "no super": Wording(
        HEAD + "class Net(nn.Module):\n    def __init__(self):\n        self.fc = nn.Linear(3, 2)\nNet()\n",
        ("`super().__init__()`",),
        ("`super().__init__()`",),
    ),
    "channels of one example without a name": Wording(
        HEAD + "conv = nn.Conv2d(3, 8, 3)\nconv(torch.ones(4, 28, 28))\n",
        ("its input has 4", "so that the channels become 3"),
        ("il suo ingresso ha 4", "in modo che i canali diventino 3"),
        ("1 × 4", "`x`"),
    ),
    "channels in groups": Wording(
        HEAD + "conv = nn.Conv2d(4, 8, 3, groups=2)\nx = torch.ones(4, 2, 28, 28)\nconv(x)\n",
        ("Check which dimension of `x` holds the channels.",),
        ("Controlla quale dimensione di `x` contiene i canali.",),
        ("nn.Conv2d",),
    ),
    "channels of volumes": Wording(
        HEAD + "conv = nn.Conv3d(1, 8, 3)\nx = torch.ones(4, 2, 8, 8, 8)\nconv(x)\n",
        ("(batch, channels, depth, height, width)", "`nn.Conv3d(2, …)`"),
        ("(batch, canali, profondità, altezza, larghezza)", "`nn.Conv3d(2, …)`"),
    ),
    "checkpoint with a key too many": Wording(
        HEAD + "model = nn.Linear(3, 2)\nmodel.load_state_dict({**model.state_dict(), 'epoch': 3})\n",
        ("The file has `epoch`, which your Linear does not know.",),
        ("Nel file c'è `epoch`, che il tuo Linear non conosce.",),
    ),
    "embedding of a result": Wording(
        HEAD + "emb = nn.Embedding(10, 3)\nt = torch.tensor([9])\nemb(t + 1)\n",
        ("The rows of `emb` go from 0 to 9; its input",),
        ("Le righe di `emb` vanno da 0 a 9; il suo ingresso",),
        ("`t",),
    ),
    "floating-point indices of a result": Wording(
        HEAD + "emb = nn.Embedding(10, 3)\nt = torch.ones(3)\nemb(t * 2)\n",
        ("its input is float32", "`.long()`"),
        ("il suo ingresso è float32", "`.long()`"),
        ("`t",),
    ),
    "features of images into a layer": Wording(
        HEAD + "fc = nn.Linear(100, 10)\nx = torch.ones(8, 4, 6, 6)\nfc(x)\n",
        ("`x.flatten(1)` (8 × 144)", "`nn.Linear(144, 10)`"),
        ("`x.flatten(1)` (8 × 144)", "`nn.Linear(144, 10)`"),
    ),
    "one row into a layer": Wording(
        HEAD + "fc = nn.Linear(4, 2)\nx = torch.ones(8)\nfc(x)\n",
        ("`x` is a single row. If you flattened a whole batch, use `flatten(1)`",),
        ("`x` è una riga sola. Se hai appiattito un batch intero, usa `flatten(1)`",),
    ),
    "list written into a layer": Wording(
        HEAD + "model = nn.Sequential(nn.Linear(3, 2))\nrow = [1.0, 2.0, 3.0]\nmodel(row)\n",
        ("`torch.tensor(row, dtype=torch.float32)`",),
        ("`torch.tensor(row, dtype=torch.float32)`",),
    ),
}
"""Layers."""
