"""`python -m evoclass` is `evoclass`."""

from evoclass.cli import main

main()
