"""The training loop, its losses, and what a run starts from."""
