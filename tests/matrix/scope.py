"""Who is in scope of what, and who may do what: written by hand from architecture 1.5 and 3.2 and process.md a.6.

Nothing here asks the code under test. Roles are names of the cast in `world.py`, subjects the names of what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Roles = frozenset[str]


def roles(names: str) -> Roles:
    return frozenset(names.split())


# --- the cast -----------------------------------------------------------------------------------------------------

# No account behind the request: nobody logged in, or the account was closed while its session went on.
VISITORS = roles("anonymous deactivated")
# Logged in with a temporary password, and until he replaces it nothing else opens.
NEWCOMER = "newcomer"
ADMINISTRATORS = roles("sysadmin secadmin auditor")
STAFF_OF_SCHOOL = roles("teacher colleague whistler safety principal confidant")
# `delegate` holds no post of his own and stands in for the office's clerk.
STANDS_FOR = {"delegate": "office"}
STAFF_OF_BUREAU = roles("section other_section office delegate director leader chief bureau_confidant investigator")
# Of other schools, of a unit that hangs nowhere near, or bodies of the county.
OTHERS = roles("sibling_safety sibling_principal point_teacher outsider far_principal expert coordinator fire town")
CENTRAL = roles("central central_head")
WITH_POST = STAFF_OF_SCHOOL | STAFF_OF_BUREAU | OTHERS | CENTRAL
SIGNED_IN = WITH_POST | ADMINISTRATORS
ROLES = tuple(sorted(VISITORS | SIGNED_IN | {NEWCOMER}))

# --- hazards ------------------------------------------------------------------------------------------------------

BUREAU = roles("section other_section office delegate director leader chief")
DESK = {
    "school": roles("safety principal"),
    "sibling": roles("sibling_safety sibling_principal"),
    # Nobody holds a desk in the teaching point: its central school serves it.
    "point": CENTRAL,
    "far": roles("outsider far_principal"),
    "edu": roles("office delegate director"),
}
CHAIN_OF_SCHOOL = DESK["school"] | CENTRAL | BUREAU


@dataclass(frozen=True)
class Story:
    """A hazard as it went: where, who reported it, who reads it, who handles the report, who named whom."""

    unit: str
    reporter: str
    reads: Roles
    # Who decides on the report until it is filed by the bureau.
    desk: Roles
    leader: str
    handler: str
    # Reads it from the assignment on only.
    reads_assigned: Roles = frozenset()
    # Who works on it and who decides on it at the bureau, where the plain desks do not.
    lead: Roles = frozenset()
    bureau: Roles = frozenset()
    domain: str = "04"
    channel: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def lead_desk(self) -> Roles:
        return self.lead or DESK[self.unit]

    @property
    def is_restricted(self) -> bool:
        return self.domain == "08"

    @property
    def is_of_campus(self) -> bool:
        """Found by the campus and handled by it: it may settle it by itself."""
        return self.desk == DESK[self.unit]


def _of_school(reporter: str, **more: object) -> Story:
    facts: dict[str, object] = {
        "unit": "school", "reads": CHAIN_OF_SCHOOL | {reporter}, "desk": DESK["edu"], "leader": "principal", "handler": "colleague",
    }  # fmt: skip
    return Story(reporter=reporter, **{**facts, **more})


STORIES: dict[str, Story] = {
    "own": _of_school("teacher", desk=DESK["school"]),
    "sibling": Story(
        "sibling", "sibling_safety", DESK["sibling"] | CENTRAL | BUREAU, DESK["sibling"], "sibling_principal", "sibling_safety"
    ),
    "child": Story(
        "point", "point_teacher", CENTRAL | BUREAU | {"point_teacher"}, DESK["point"], "point_teacher", "point_teacher"
    ),
    "far": Story("far", "outsider", DESK["far"] | BUREAU, DESK["far"], "far_principal", "outsider"),
    # Found above the school: by the bureau, the county's coordinator, the fire brigade.
    "parent": _of_school("office"),
    "county": _of_school("coordinator"),
    "department": _of_school("fire"),
    # Past the school, which learns of it when it is told to work on it.
    "direct": _of_school(
        "whistler", channel="direct", reads=BUREAU | {"whistler"}, reads_assigned=DESK["school"] | CENTRAL
    ),
    "restricted": _of_school(
        "teacher", domain="08", reads=roles("teacher confidant bureau_confidant"), desk=roles("bureau_confidant"),
        bureau=roles("bureau_confidant"), lead=roles("confidant"), leader="confidant", handler="confidant",
    ),
}  # fmt: skip

STATES = ("reported", "returned", "filed", "assigned", "rectifying", "submitted", "verified")
# As `submitted`, but on the school's own path, where the head confirms and closes in one act.
SELF_SUBMITTED = "self_submitted"


def readers(subject: str, state: str) -> Roles:
    """Who is in scope of a hazard in a state."""
    story = STORIES[subject]
    found = story.reads
    if state in ("assigned", "rectifying", "submitted", "verified"):
        found |= story.reads_assigned
    if state in ("rectifying", "submitted", "verified", SELF_SUBMITTED):
        found |= {story.leader, story.handler}
    return found


# --- what may be done with them -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """An action where it is due: in which state, and by whom it succeeds or meets a guard (422)."""

    state: str
    works: Roles
    guarded: Roles = frozenset()

    @property
    def permitted(self) -> Roles:
        return self.works | self.guarded


def deed(action: str, subject: str) -> Deed:
    """What the rules say of an action on one of the stories; whoever is in scope beside is refused with 403."""
    story = STORIES[subject]
    office, head = (story.bureau or DESK["edu"]), (story.bureau or roles("director"))
    # The leader decides beside the office where the office could owe the work to nobody else.
    bureau = story.bureau or office | {"leader", "chief"}
    section = frozenset() if story.is_restricted else roles("section")
    desk_or_last = story.desk if story.is_of_campus else bureau
    workers = story.lead_desk | {story.handler}
    controllers = workers | bureau
    match action:
        case "file":
            return Deed("reported", desk_or_last)
        case "return_for_supplement" | "reject":
            return Deed("reported", story.desk)
        case "escalate" | "self_handle":
            return _only_of_campus(story, story.desk)
        case "fix_on_spot":
            return _only_of_campus(story, readers(subject, "reported") & STAFF[story.unit])
        case "supplement":
            return Deed("returned", desk_or_last | {story.reporter})
        case "assign":
            return Deed("filed", bureau | section)
        case "void":
            return Deed("filed", head)
        case "amend":
            return Deed("filed", office)
        case "withdraw":
            return Deed("assigned", roles("bureau_confidant" if story.is_restricted else "office"))
        case "sign":
            return Deed("assigned", story.lead_desk)
        case "submit" | "report_progress":
            return Deed("rectifying", workers)
        case "record_control":
            return Deed("rectifying", controllers)
        case "add_evidence":
            return Deed("rectifying", controllers | {story.reporter})
        case "withdraw_evidence":
            # The only photo so far came with the report.
            return Deed("rectifying", roles(story.reporter), controllers - {story.reporter})
        case "pass_verification" | "fail_verification" | "return_submission":
            return Deed("submitted", bureau | section)
        case "confirm_and_close":
            return _confirm(story, bureau)
        case "close" | "return_closure":
            return Deed("verified", bureau)
    raise LookupError(f"no rule for {action}")


# Everybody with a post in the unit.
STAFF = {
    "school": STAFF_OF_SCHOOL,
    "sibling": roles("sibling_safety sibling_principal"),
    "point": roles("point_teacher"),
    "far": roles("outsider far_principal"),
}


def _only_of_campus(story: Story, who: Roles) -> Deed:
    """A guard stops it where the campus neither found nor handles the hazard."""
    return Deed("reported", who) if story.is_of_campus else Deed("reported", frozenset(), who)


def _confirm(story: Story, bureau: Roles) -> Deed:
    if not story.is_of_campus:
        return Deed("submitted", frozenset(), bureau)
    if story.unit == "point":
        return Deed(SELF_SUBMITTED, CENTRAL)
    return Deed(
        SELF_SUBMITTED,
        roles({"school": "principal", "sibling": "sibling_principal", "far": "far_principal"}[story.unit]),
    )


# --- units and people ---------------------------------------------------------------------------------------------

# Who keeps people at all, and of which units.
KEEPS: dict[str, Roles] = {
    "principal": roles("school"),
    "sibling_principal": roles("sibling"),
    "far_principal": roles("far"),
    "central_head": roles("central school sibling point"),
    "office": roles("edu central school sibling point far"),
    "delegate": roles("edu central school sibling point far"),
    "director": roles("edu central school sibling point far"),
    "coordinator": roles("gov fire"),
    "sysadmin": roles("edu central school sibling point far gov fire"),
}
KEEPERS = frozenset(KEEPS)
UNITS = ("school", "sibling", "central", "point", "edu", "fire")

# Who fills the posts of a unit that are no head's, and who its head's.
FILLS_STAFF: dict[str, Roles] = {
    "school": roles("principal"),
    "sibling": roles("sibling_principal"),
    "central": roles("central_head"),
    "point": roles("central_head"),
    "edu": roles("director"),
    "fire": roles("coordinator"),
}
FILLS_HEAD: dict[str, Roles] = {
    "school": roles("office delegate director"),
    "sibling": roles("office delegate director"),
    "central": roles("office delegate director"),
    # A head's post that nobody holds, the system administrator may fill.
    "point": roles("office delegate director sysadmin"),
    "fire": roles("coordinator sysadmin"),
}
# The bureau's own office is kept by its director alone, and has no head's post.
ADDS_PEOPLE = {unit: FILLS_STAFF[unit] | FILLS_HEAD.get(unit, frozenset()) | {"sysadmin"} for unit in UNITS}
