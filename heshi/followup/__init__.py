"""Follow-up: asking again after the case is closed.

A closed case comes in.
It will hand on what the resident said then, and reopen what was not solved.
"""
