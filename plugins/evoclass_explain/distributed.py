"""Several processes that train together: `torch.distributed`."""

from __future__ import annotations

import re

from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always

_WRAPPERS = ("DistributedDataParallel", "DDP", "FullyShardedDataParallel", "FSDP")


def _no_group(facts: Facts, match: re.Match[str]) -> Said:
    called = facts.expression.called
    fields: dict[str, object] = {"function": facts.expression.function or "torch.distributed"}
    if called in _WRAPPERS:
        return Said("no_group", fields, "no_group.wrapper")
    if called == "DistributedSampler":
        return Said("no_group", fields, "no_group.sampler")
    return Said("no_group", fields, "no_group.destroy" if called == "destroy_process_group" else "")


def _no_rank(facts: Facts, match: re.Match[str]) -> Said:
    return Said("no_rank", {"variable": match[1]})


def _root(facts: Facts, match: re.Match[str]) -> Said:
    return Said("no_such_rank", {"rank": match[1]})


def _port(facts: Facts, match: re.Match[str]) -> Said:
    return Said("port_taken", {"port": match[1]})


def _joined(facts: Facts, match: re.Match[str]) -> Said:
    return Said("group_incomplete", {"joined": match[1], "expected": match[2]})


def _shapes(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("scatter_sizes") if facts.went_through("torch/distributed/") else None


RULES = (
    Rule(r"^Default process group has not been initialized", _no_group),
    Rule(r"^Process group cannot be None|^Invalid process group specified", _no_group),
    Rule(r"env:// rendezvous: environment variable (\w+) expected, but not set", _no_rank),
    Rule(r"^trying to initialize the default process group twice", always("group_twice")),
    Rule(
        r"ProcessGroupNCCL is only supported with GPUs|Distributed package doesn't have NCCL",
        always("no_nccl"),
    ),
    Rule(r"server socket has failed to (?:listen|bind).*?port: (\d+).*?address already in use", _port),
    Rule(r"waiting for clients\. (\d+)/(\d+) clients joined", _joined),
    Rule(r"^ProcessGroup\w+::\w+: invalid root rank: (\d+)", _root),
    Rule(
        r"DistributedDataParallel is not needed when a module doesn't have any parameter",
        always("nothing_to_share"),
    ),
    Rule(r"^Expected to have finished reduction in the prior iteration", always("unused_parameters")),
    Rule(r"Tensors must be (?:same|equal) size|list of (?:input|output) tensors", _shapes),
)
"""Distributed training."""
