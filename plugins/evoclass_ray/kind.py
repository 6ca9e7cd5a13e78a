"""Runners on a Ray cluster, as the learner sets them up."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from evoclass.errors import ConfigError
from evoclass.runner import Availability, Runner, RunnerKind, install_command
from evoclass.settings import Setting
from evoclass_ray.link import BRIDGE, RayLink
from evoclass_ray.messages import Wanted
from evoclass_remote.link import Link
from evoclass_remote.runner import COMMON, RemoteRunner, common

_ADDRESS = re.compile(r"(auto|(ray://)?[A-Za-z0-9_.:\[\]-]+:[0-9]{1,5})?\Z")


class RayRunner(RemoteRunner):
    """Runs programs beside an actor, which holds its processors and GPUs for as long as the session lasts."""

    wanted: ClassVar[Wanted] = Wanted()
    bridge: ClassVar[tuple[str, ...]] = BRIDGE

    @classmethod
    def available(cls) -> Availability:
        if importlib.util.find_spec("ray") is None:
            command = install_command(["evoclass[ray]"])
            return Availability(False, "ray.not_installed", {"command": command})
        variable, file = cls.wanted.token_variable, cls.wanted.token_file
        if variable and not os.environ.get(variable):
            return Availability(False, "ray.no_variable", {"variable": variable})
        if file and not Path(file).expanduser().is_file():
            return Availability(False, "ray.no_file", {"file": file})
        return Availability(True, device=cls.name)

    def make_link(self) -> Link:
        assert self._remembered is not None
        actor = f"evoclass-{self._remembered.key}"
        return RayLink(msgspec.structs.replace(self.wanted, actor=actor), self.bridge)


class RayKind(RunnerKind):
    """`address = "ray://head.example.org:10001"`, and what the actor needs."""

    name = "ray"
    settings = (
        Setting("address", ""),
        Setting("num_cpus", 1.0, least=0, most=1024),
        Setting("num_gpus", 0.0, least=0, most=1024),
        Setting("packages", ()),
        Setting("token_file", ""),
        Setting("token_variable", ""),
        # The Python over there is the cluster's.
        *(setting for setting in COMMON if setting.name != "python"),
    )

    @classmethod
    def make(cls, name: str, values: Mapping[str, Any]) -> type[Runner]:
        address = values["address"]
        if not _ADDRESS.match(address):
            raise ConfigError(f"{address!r} is no address of a cluster", "ray.no_address", address=address)
        if values["device"] == "cuda" and not values["num_gpus"]:
            raise ConfigError("a GPU is needed, but `num_gpus` asks for none", "ray.no_gpu")
        given = {field: values[field] for field in Wanted.__struct_fields__ if field in values}
        return type(cls.__name__, (RayRunner,), common(name, values) | {"wanted": Wanted(**given)})
