"""Rehearsal: a working method tried out before anybody lives by it.

A playbook comes in.
Made-up cases, a pretend case or a story go through it, by the same engine, the same folding and the same figures as real ones.
What becomes of them is handed on; nothing is written to any file of a case.
"""
