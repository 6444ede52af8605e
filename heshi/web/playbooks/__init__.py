"""Playbooks for people: a drawing, who may do what, the clocks, and a pretend case to walk through them."""
