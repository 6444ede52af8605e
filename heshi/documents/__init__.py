"""Documents: the official forms, from the facts of the case.

A case and the name of a form come in.
It will hand on a file that can be printed, signed and archived.
"""
