"""预案: local working methods as data.

YAML comes in and is checked; what comes out is a frozen playbook and pure answers to “what may happen now, and what follows”.
It knows nothing about cases: the file hands it a position, facts and roles.
"""
