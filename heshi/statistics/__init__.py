"""Statistics: honest figures folded from events.

Events come in, once each.
They are folded into counters, and each rate is handed on with the two numbers it was made from.
"""
