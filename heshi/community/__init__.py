"""Community: what units do again and again, and what a place sets out to reach together.

Playbooks in force come in with their rhythms and campaigns.
Each duty that comes back is written down for its unit, told on its day, and answered: done, or not done and why.
A campaign counts its own progress from the cases; both are facts about units and places, never about persons.
"""
