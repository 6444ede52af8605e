"""Pocket: the grid worker's page that works without a network.

What was noted offline comes in, under a key the telephone made.
It will hand each note to the one door exactly once.
"""
