"""Plugins: finding, loading and calling them, and keeping their failures in."""
