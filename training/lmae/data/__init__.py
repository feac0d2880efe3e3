"""Data sets in memory, and what is done to their labels: windows, masks, damage."""
