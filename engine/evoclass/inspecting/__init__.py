"""Inspects a running program from inside its process: safe points, names, values, pace."""
