"""Routing: which unit and which playbook.

The confirmed or suggested facts of a report come in.
Rules kept as data decide, and every decision is handed on with the rule that won, its inputs and the rules that lost.
"""
