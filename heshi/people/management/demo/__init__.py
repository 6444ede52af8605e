"""The demo county 和安县 (990100): made-up ground, units and people for training and for trying things out.

Nothing here is a real place or a real person. The ground lies in the open ocean, where no county is.
"""
