"""Notices: the outbox and its channels.

A consequence of an event comes in as a line saying whom to tell what.
It keeps the line in the same transaction, sends it until it is sent, and hands on the receipt.
"""
