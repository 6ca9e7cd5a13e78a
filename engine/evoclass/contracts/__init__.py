"""What every plugin of a kind must do, as checks that its author runs in tests."""
