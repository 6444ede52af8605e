"""Common: what every room needs and none owns: refusals, keys, numbers, sealed fields, the embedded database.

It takes in plain values only.
It hands small, well-tested pieces to every room and knows none of them.
"""
