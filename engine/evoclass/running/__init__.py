"""The output and the end of a run: streams, terminal output, recordings, the bench of graded code."""
