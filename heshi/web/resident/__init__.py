"""A resident says what happened: one question a page, nothing lost on the way, a number at the end."""
