"""The half of a runner in the program's process, for any runner: it runs a program and looks into it.

A runner starts a process somewhere, connects a socket and a terminal to it, and in that process calls

    Worker(Channel(sock), terminal, ProbeSet.load()).serve()

`serve` waits for a `Job`, sends frames, warnings, error reports and the end of the program through the channel,
answers the front end's messages (`Look`, `Attend`, `Halt`, and `Evaluate` once the program has ended), and ends the
process.  After all output it writes marks into the terminal; `evoclass.runner.MarkFilter` finds them at the other end.

A question that runs code and catches its errors has `error_report`, which says of one what a runner would say.
`rehearse` is for runners that prepare processes in advance: it does once what every run does.
"""

from evoclass.worker.channel import Channel
from evoclass.worker.limits import lower_limit
from evoclass.worker.probes import ProbeSet
from evoclass.worker.program import Worker
from evoclass.worker.rehearsal import rehearse
from evoclass.worker.report import error_report

__all__ = ["Channel", "ProbeSet", "Worker", "error_report", "lower_limit", "rehearse"]
