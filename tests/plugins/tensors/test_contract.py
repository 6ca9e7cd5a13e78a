"""The bundled probes keep to what every probe must do."""

from __future__ import annotations

from evoclass.testing import ProbeContract
from evoclass_tensors import ArrayProbe, ScalarProbe, SchedulerProbe, TensorProbe


class TestTensors(ProbeContract):
    probe = TensorProbe
    program = """
        import torch
        from torch import nn
        model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.Dropout(0.5))
        optimizer = torch.optim.Adam(model.parameters())
        x = torch.randn(4, 3)
        for step in range(3):
            loss = model(x).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        del loss
        broken = torch.tensor([1.0, float("nan")])
        """
    names = ("model", "model.0.weight", "model.0.weight.grad", "optimizer", "x", "broken")


class TestSchedulers(ProbeContract):
    probe = SchedulerProbe
    program = """
        import torch
        optimizer = torch.optim.SGD([torch.ones(2, requires_grad=True)], lr=0.1)
        scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
        for step in range(3):
            optimizer.step()
            scheduler.step()
        """
    names = ("scheduler",)


class TestArrays(ProbeContract):
    probe = ArrayProbe
    program = """
        import numpy
        table = numpy.arange(12.0).reshape(3, 4)
        words = numpy.array(["a", "b"])
        """
    names = ("table", "words")


class TestNumbers(ProbeContract):
    probe = ScalarProbe
    program = """
        losses = [3.0, 2.0, 1.5]
        rate = 0.1
        count = 7
        """
    names = ("losses", "rate", "count")
