"""Heshi 和事: the software a county's one-stop dispute and service centre runs on.

A resident's words come in; every act on her file goes through one door and leaves one numbered event;
an answer, a rating and honest figures go out.
"""

__version__ = "0.1.0"
