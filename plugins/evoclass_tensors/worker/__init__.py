"""The half of the inspector in the program's process: probes, pictures and close looks."""
