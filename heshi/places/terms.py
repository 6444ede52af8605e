"""Words of the places room: levels of divisions and of grids."""

from __future__ import annotations

from typing import Final

PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = 1, 2, 3, 4, 5

LEVELS: Final[dict[int, str]] = {
    PROVINCE: "省",
    CITY: "市",
    COUNTY: "县（市、区）",
    TOWNSHIP: "乡镇（街道）",
    VILLAGE: "村（社区）",
}

# GB/T 2260 gives two digits each to province, city and county; GB/T 10114 three more to the township; the
# statistical village codes three more again.
DIGITS: Final[dict[int, int]] = {2: PROVINCE, 4: CITY, 6: COUNTY, 9: TOWNSHIP, 12: VILLAGE}

GRID, MICRO_GRID = "网格", "微网格"
