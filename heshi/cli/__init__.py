"""What `./run` does once a Python is found.

`install` brings the parts in (standard library only); `__main__` sets the demo, the tests or the checks going.
"""
