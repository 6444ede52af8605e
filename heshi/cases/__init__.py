"""案件: the file to which people add acts.

A first word comes in as one written file; acts come in through `take_step`, one transaction and one chained event each.
Position, clocks, notices and everything later are consequences of the events, and can be rebuilt from them.
"""
