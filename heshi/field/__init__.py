"""Field: the grid worker's rounds.

A hazard or a small matter seen on the street comes in.
It will be handled on the spot or handed on as a report.
"""
