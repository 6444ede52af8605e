"""The fixtures of the whole journeys."""

from tests.journeys.counter import rules, seat  # noqa: F401 -- fixtures
from tests.web.desk import desk_rooms  # noqa: F401 -- a fixture
