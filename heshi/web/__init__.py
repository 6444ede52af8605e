"""Pages: the doors that people open with a browser.

A request comes in; a view reads it, makes one call into a stage, and answers with HTML that works without script.
Residents (`resident`), staff sign-in (`staff`) and the desk each have a folder; looks live in `static/css`, words in `templates`.
"""
