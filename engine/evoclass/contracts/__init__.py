"""Contract tests: what every plugin of a kind must do, as test classes and functions for plugin authors."""
