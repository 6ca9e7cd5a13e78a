"""Requirements for each kind of plugin, as checks that plugin authors run in their tests."""
