"""Installing, removing and examining Lacuna. Standard library only: it runs before anything is installed."""
