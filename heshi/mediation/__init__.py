"""Mediation: parties, mediators, meetings and agreements; voluntary and free.

A dispute whose parties are willing comes in.
It will leave an agreement, or a clear word on which other ways stay open.
"""
