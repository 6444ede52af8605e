"""What every door shares: forms, one step with its button, the words for a case's story and limits, who is at the desk.

The doors stand side by side and import from here, never from each other; the kit knows none of them.
"""
