"""The commands of `evoclass`, one a file."""
