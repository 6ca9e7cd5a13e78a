"""Runs programs elsewhere: on a host that is reached over ssh, or over any command that joins two byte streams."""
