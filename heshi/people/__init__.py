"""人与机构 People: units, staff, posts, rosters, and who may see what.

In come the units of a county and the posts people hold in them. Out goes one answer that every list
and every file asks for: ``queries.scope_of(staff)``, the units and the subtrees of the county this person
may see today.
"""
