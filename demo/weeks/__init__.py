"""Weeks of nine people, Monday to Friday: scripts that the demo plays through the same services as pages do."""

from demo.weeks.bureau import BUREAU_WEEKS
from demo.weeks.county import COUNTY_WEEKS
from demo.weeks.playing import play_week
from demo.weeks.schools import SCHOOL_WEEKS
from demo.weeks.script import Week

WEEKS: dict[str, Week] = {week.name: week for week in (*SCHOOL_WEEKS, *BUREAU_WEEKS, *COUNTY_WEEKS)}

__all__ = ["WEEKS", "Week", "play_week"]
