"""时限: law and local time rules as data, and the arithmetic that turns them into due dates.

What comes in: a clock from ``library/*.yaml`` and the moment it starts.
What it does: count days, working days (调休 included), hours and months, roll, pause and extend.
What it hands on: an instant, and one line that says why — “受理之日起60日 · 信访工作条例第34条”.
"""
