"""ResNet-18 as a backbone; importing this imports torchvision, which takes longer than the rest of the package."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, ResNet

from evoclass_foodvision.backbone import Backbone


class ResNet18Base(Backbone, ResNet):
    """ResNet-18 (He et al., arXiv:1512.03385) up to the features that its classifier reads."""

    name = "ResNet-18"
    mean = (0.485, 0.456, 0.406)
    std = (0.229, 0.224, 0.225)

    def __init__(self) -> None:
        super().__init__(BasicBlock, [2, 2, 2, 2])
        self.num_features = cast(nn.Linear, self.get_submodule("fc")).in_features
        self.fc = nn.Identity()

    def load_published(self, weights: dict[str, Tensor]) -> None:
        """Load torchvision's file without its classifier for 1,000 classes."""
        self.load_state_dict({name: tensor for name, tensor in weights.items() if not name.startswith("fc.")})
