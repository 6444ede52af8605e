"""Reading what people wrote into the small fields beside their words: taken where it is clear, kept and flagged where it is not.

A doubtful extra never rejects a person's words. Each reader returns what it could read and, where a person has to look, a `Doubt`
with the text as it was written.
"""

from heshi.intake.rules.written.doubts import Doubt
from heshi.intake.rules.written.kinds import kind_in
from heshi.intake.rules.written.moments import moment_in
from heshi.intake.rules.written.papers import identity_in
from heshi.intake.rules.written.points import point_in
from heshi.intake.rules.written.telephones import telephone_in

__all__ = ["Doubt", "identity_in", "kind_in", "moment_in", "point_in", "telephone_in"]
