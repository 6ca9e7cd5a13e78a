"""What a run prints and how it ends: streams, terminal output, recordings, the bench of graded code."""
