"""区划 Places: the division tree, the grids on the map, and which grid a point lies in.

In come published division codes (GB/T 2260, township and village codes) and grid polygons (GeoJSON).
Out go paths such as ``990100/990100001/990100001003`` by which every other room asks for “here and below”.
"""
