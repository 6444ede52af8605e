"""Pages: the doors that people open with a browser.

A request comes in; a view reads it, makes one call into a stage, and answers with HTML that works without script.
Each door has a folder: `resident` and `follow` for residents, `staff`, `desk`, `playbooks`, `community`, `statistics` for those who work.
They share the `kit` and never import each other; looks live in `static/css`, words in `templates`.
"""
