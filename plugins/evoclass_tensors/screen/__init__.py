"""The half of the inspector on the screen: the panel, its rows, the close look drawn."""
