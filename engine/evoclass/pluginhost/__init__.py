"""Plugins: finding, loading and calling them, and containing their failures."""
