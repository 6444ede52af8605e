"""API: the door for other systems.

A request with a key comes in.
It makes the same calls as the pages and hands on typed answers or problem+json.
"""
