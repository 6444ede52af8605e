"""The measurements behind `./run bench`: each prints one JSON object last, and quotes ratios of one run.

They work on a database of their own, made and dropped each time, on the same server that serves the county.
"""
