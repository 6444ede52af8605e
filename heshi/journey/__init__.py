"""The journey: the only room that knows every stage.

Reports come in from all four doors; here they are understood, routed and opened as files (`actions.receive`), and here stands
which consequences follow later, and how often the worker looks (`duties`).
"""
