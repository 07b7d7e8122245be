"""What the design says of every action: from where, who, and whom each state waits for.

Read by hand from architecture 3.1 to 3.4 and process.md a.4, a.6, c.2; the code under test is not asked.
"""

from __future__ import annotations

from tests.reference.staff import CAMPUS, Kinds

OPEN = ("reported", "returned", "filed", "referred", "assigned", "rectifying", "submitted", "verified")
TERMINAL = frozenset({"closed", "rejected", "merged", "voided"})
WITH_LEAD = ("assigned", "rectifying", "submitted", "verified")
DECIDED = ("filed", "referred", *WITH_LEAD)
_WORK = ("assigned", "rectifying")
_ALL = (*OPEN, *sorted(TERMINAL))

# action → the states in which it may begin.
FROM: dict[str, tuple[str, ...]] = {
    "return_for_supplement": ("reported",),
    "supplement": ("returned",),
    "reject": ("reported",),
    "appeal": ("rejected",),
    "file": ("reported",),
    "self_handle": ("reported",),
    "fix_on_spot": ("reported",),
    "escalate": ("reported", "filed"),
    "assign": ("filed",),
    "notify": ("filed",),
    "refer": ("filed",),
    "assign_referred": ("referred",),
    "claim": ("referred",),
    "send_back_referral": ("referred",),
    "lapse_notice": _WORK,
    "sign": ("assigned",),
    "record_service": ("assigned",),
    "deem_received": ("assigned",),
    "transfer": _WORK,
    "request_return": _WORK,
    "rule_return": _WORK,
    "sign_part": _WORK,
    "finish_part": _WORK,
    "confirm_part": _WORK,
    "return_part": _WORK,
    "request_support": _WORK,
    "answer_support": _WORK,
    "change_parties": WITH_LEAD,
    "save_plan": ("rectifying",),
    "submit_plan": ("rectifying",),
    "return_plan": ("rectifying",),
    "approve_plan": ("rectifying",),
    "report_progress": ("rectifying",),
    "schedule": ("rectifying",),
    "submit": ("rectifying",),
    "eliminate": ("rectifying", "submitted"),
    "arrange_visit": ("submitted",),
    "return_submission": ("submitted",),
    "fail_verification": ("submitted",),
    "pass_verification": ("submitted",),
    "confirm_and_close": ("submitted",),
    "return_closure": ("verified",),
    "close": ("verified",),
    "look_back": ("closed",),
    "reopen": ("closed",),
    "merge": ("reported", "filed", "assigned"),
    "unmerge": ("merged",),
    "void": OPEN,
    "withdraw": OPEN,
    "amend": OPEN,
    "record_control": OPEN,
    "add_evidence": OPEN,
    "instruct": OPEN,
    "reply_instruction": OPEN,
    "regrade": DECIDED,
    "record_double_report": DECIDED,
    "record_appraisal": DECIDED,
    "move_paper_limit": ("filed", "referred", "assigned", "rectifying"),
    "confirm_countersign": (*OPEN, "merged"),
    "decline_countersign": (*OPEN, "merged"),
    "lapse_countersign": (*OPEN, "merged"),
    **dict.fromkeys(["request_extension", "withdraw_extension", "rule_extension"], ("rectifying",)),
    "set_limit": _WORK,
    **dict.fromkeys(["suspend", "prove_guard", "request_resume", "rule_resume", "end_use"], OPEN),
    **dict.fromkeys(["remind", "propose_measure", "decide_measure", "record_interview", "reply_measure"], OPEN),
    "withdraw_measure": (*OPEN, "closed"),
    **dict.fromkeys(["propose_listing", "decide_listing", "visit_supervision", "delist"], DECIDED),
    "seal": _ALL,
    "grant_reading": _ALL,
}

# What each state waits for first.
AWAITED = {
    "reported": "file",
    "returned": "supplement",
    "filed": "assign",
    "referred": "assign_referred",
    "assigned": "sign",
    "rectifying": "submit",
    "submitted": "pass_verification",
    "verified": "close",
}


def _by(**kinds: str) -> Kinds:
    found = {kind: tuple(posts.split()) for kind, posts in kinds.items() if kind != "campus"}
    return {**dict.fromkeys(CAMPUS, tuple(kinds.get("campus", "").split())), **found}


OFFICE = "office_clerk office_director"
ABOVE = f"{OFFICE} leader chief"
CONTACTS = "contact department_leader"
# Who does the work of a unit, the one that holds the to-do first.
WORKERS = _by(
    campus="safety principal", CEN="central_safety central_head", SEC="section_clerk section_head", SUB=CONTACTS,
    EDU=OFFICE, DEP=CONTACTS, TWN=CONTACTS, SVC=CONTACTS,
)  # fmt: skip
WORKERS_TO_LAST = {**WORKERS, "EDU": tuple(ABOVE.split())}
HANDLERS = _by(campus="safety principal", CEN="central_safety central_head", EDU=OFFICE)
HANDLERS_TO_LAST = {**HANDLERS, "EDU": tuple(ABOVE.split())}
ISSUERS = _by(
    campus="safety principal", CEN="central_safety central_head", SEC="section_clerk section_head", EDU=ABOVE,
    GOV="coordinator",
)  # fmt: skip
# Who judges in the education tree alone.
JUDGES = {**WORKERS_TO_LAST, "DEP": (), "TWN": (), "SVC": ()}
CLOSERS = _by(campus="principal", CEN="central_head central_safety", EDU=ABOVE)
REVIEWERS = _by(
    campus="principal", CEN="central_head", SEC="section_head", EDU="office_director leader chief", GOV="coordinator"
)
COORDINATORS = _by(GOV="coordinator")
BUREAU = _by(EDU=ABOVE)
LEADERS = _by(EDU="leader chief")
HIGH = _by(EDU="office_director leader chief")

COUNTY = "coordinator county_supervisor"
# Those of a unit that speak for it, the head first.
HEADS_FIRST: Kinds = {
    **{kind: tuple(reversed(posts)) for kind, posts in WORKERS.items()}, "EDU": tuple(ABOVE.split())
}  # fmt: skip
HEADS_OF_ISSUERS = {
    **dict.fromkeys(CAMPUS, ("principal",)), "CEN": ("central_head",), "EDU": ("office_director", "leader", "chief"),
}  # fmt: skip

WHO: dict[str, Kinds] = {
    "return_for_supplement": HANDLERS,
    "supplement": HANDLERS_TO_LAST,
    "reject": HANDLERS,
    "appeal": _by(CEN="central_safety central_head", EDU=ABOVE),
    "file": HANDLERS_TO_LAST,
    "self_handle": HANDLERS,
    "escalate": HANDLERS,
    "assign": HANDLERS_TO_LAST,
    "amend": {**HANDLERS, "GOV": ("coordinator",)},
    # What the bureau itself rejected, its leaders look at again.
    "appeal.decide": _by(EDU="leader chief office_director"),
    "void": _by(campus="principal", CEN="central_head", EDU="office_director"),
    "notify": BUREAU,
    "refer": BUREAU,
    "assign_referred": COORDINATORS,
    "send_back_referral": COORDINATORS,
    "claim": _by(DEP=CONTACTS, TWN=CONTACTS, SVC=CONTACTS, GOV="coordinator"),
    "sign": WORKERS_TO_LAST,
    "submit": WORKERS_TO_LAST,
    "report_progress": WORKERS_TO_LAST,
    "record_service": ISSUERS,
    "transfer": ISSUERS,
    "rule_return": ISSUERS,
    "change_parties": {**ISSUERS, "SUB": ("contact", "department_leader"), **{one: WORKERS[one] for one in ("DEP", "TWN", "SVC")}},
    "request_return": WORKERS,
    "sign_part": WORKERS,
    "finish_part": WORKERS,
    "confirm_part": WORKERS_TO_LAST,
    "return_part": WORKERS_TO_LAST,
    "save_plan": WORKERS_TO_LAST,
    "submit_plan": WORKERS_TO_LAST,
    "approve_plan": REVIEWERS,
    "return_plan": REVIEWERS,
    "request_support": WORKERS,
    "answer_support": _by(EDU=ABOVE, GOV="coordinator"),
    "schedule": LEADERS,
    "eliminate": LEADERS,
    "arrange_visit": {**ISSUERS, "GOV": ()},
    "return_submission": JUDGES,
    "fail_verification": JUDGES,
    "pass_verification": JUDGES,
    "confirm_and_close": CLOSERS,
    "close": CLOSERS,
    "return_closure": CLOSERS,
    "move_paper_limit": _by(DEP=CONTACTS, TWN=CONTACTS, SVC=CONTACTS, GOV="coordinator"),
    "regrade": _by(CEN="central_safety central_head", EDU=OFFICE),
    "merge": HANDLERS_TO_LAST,
    "unmerge": _by(CEN="central_safety central_head", EDU=ABOVE),
    "reopen": BUREAU,
    "look_back": _by(EDU=f"{OFFICE} superintendent leader chief"),
    "reply_instruction": {**WORKERS, "GOV": ("coordinator",)},
    "seal": HIGH,
    "grant_reading": HIGH,
    **dict.fromkeys(["request_extension", "withdraw_extension", "prove_guard"], WORKERS_TO_LAST),
    **dict.fromkeys(["request_resume", "reply_measure"], HEADS_FIRST),
    **dict.fromkeys(["rule_extension", "rule_resume"], {**ISSUERS, **HEADS_OF_ISSUERS}),
    "set_limit": ISSUERS,
    "suspend": {**HANDLERS, "EDU": tuple(ABOVE.split())},
    "end_use": LEADERS,
    "remind": _by(CEN="central_safety central_head", EDU=ABOVE, GOV=COUNTY),
    **dict.fromkeys(["propose_measure", "propose_listing"], BUREAU),
    **dict.fromkeys(["decide_measure", "withdraw_measure", "decide_listing", "delist"], {**LEADERS, "GOV": tuple(COUNTY.split())}),
    "record_interview": _by(EDU=ABOVE, GOV=COUNTY),
    "visit_supervision": _by(
        EDU=f"{OFFICE} superintendent leader chief", SEC="section_clerk section_head", SUB=CONTACTS, GOV=COUNTY, DEP=CONTACTS
    ),
    "file.second": LEADERS,
    "refer.second": LEADERS,
    "regrade.second": LEADERS,
    "unmerge.second": HIGH,
    "void.second": HIGH,
}  # fmt: skip
# A level that asks for more, at the bureau.
AT_LEVEL: dict[tuple[str, str], tuple[str, ...]] = {
    ("reject", "major"): ("leader", "chief"),
    ("void", "major"): ("leader", "chief"),
    ("close", "significant"): ("office_director", "leader", "chief"),
    ("return_closure", "significant"): ("office_director", "leader", "chief"),
    ("close", "major"): ("leader", "chief"),
    ("return_closure", "major"): ("leader", "chief"),
    ("approve_plan", "major"): ("leader", "chief"),
    ("return_plan", "major"): ("leader", "chief"),
}
# Nothing restricted leaves the education tree; its second person is a leader, all else the confidants' own.
NOT_RESTRICTED = {
    "notify", "refer", "assign_referred", "send_back_referral", "claim", "refer.second", "appeal.decide", "end_use",
    "propose_measure", "decide_measure", "record_interview", "reply_measure", "withdraw_measure", "propose_listing",
    "decide_listing", "visit_supervision", "delist",
}  # fmt: skip


def kinds_for(action: str, level: str, *, restricted: bool) -> Kinds:
    """Post kinds by unit kind, the first owes."""
    if restricted:
        if action in NOT_RESTRICTED or (action not in WHO and action != "reject.second"):
            return {}
        # From 较大 up the confidant has verified it, and a leader closes it.
        is_closing = action in ("close", "return_closure") and level in ("significant", "major")
        if is_closing:
            return {**_by(campus="confidant", EDU="confidant"), "EDU": ("leader", "chief")}
        return LEADERS if action.endswith(".second") else _by(campus="confidant", EDU="confidant")
    kinds = WHO.get(action, {})
    return {**kinds, "EDU": AT_LEVEL[action, level]} if (action, level) in AT_LEVEL else kinds


# Who enters what another did (代录).
RECORDERS: Kinds = {
    "EDU": ("office_clerk", "office_director"),
    "GOV": ("coordinator",),
    "CEN": ("central_safety", "central_head"),
}
# What is one's own and entered by nobody else.
NEVER_RECORDED = {
    "report", "fix_on_spot", "supplement", "appeal", "withdraw", "add_evidence", "lapse_notice", "deem_received",
    "lapse_countersign",
}  # fmt: skip
# A section acts beside the office in its field.
SECTION = {"assign", "pass_verification", "fail_verification", "return_submission"}
# What the named handler may do beside the posts of his unit.
HANDLER = {"submit", "report_progress", "record_control", "add_evidence", "save_plan", "submit_plan", "finish_part"}
# Who did the work does none of these.
JUDGING = {
    "pass_verification", "fail_verification", "return_submission", "confirm_and_close", "close", "return_closure",
    "approve_plan",
}  # fmt: skip
# By time alone.
CLOCK = {"lapse_notice", "deem_received", "lapse_countersign"}

PARTY = {
    **dict.fromkeys(
        ["file", "self_handle", "return_for_supplement", "escalate", "reject", "assign", "amend", "void", "notify", "refer", "merge", "unmerge"],
        "handling",
    ),
    **dict.fromkeys(
        ["sign", "submit", "report_progress", "save_plan", "submit_plan", "request_support", "request_extension", "withdraw_extension"],
        "lead",
    ),
    **dict.fromkeys(
        ["confirm_and_close", "pass_verification", "fail_verification", "return_submission", "arrange_visit"], "verifying"
    ),
    **dict.fromkeys(["close", "return_closure"], "closing"),
    **dict.fromkeys(["record_control", "record_double_report", "record_appraisal"], "control"),
    **dict.fromkeys(["supplement", "appeal"], "reporter"),
    **dict.fromkeys(["assign_referred", "send_back_referral"], "county"),
    **dict.fromkeys(["record_service", "transfer"], "issuer"),
    **dict.fromkeys(
        ["schedule", "eliminate", "reopen", "look_back", "seal", "grant_reading", "end_use", "propose_measure", "propose_listing"],
        "bureau",
    ),
    **dict.fromkeys(
        ["request_return", "rule_return", "sign_part", "finish_part", "confirm_part", "return_part", "approve_plan", "return_plan", "answer_support", "reply_instruction", "confirm_countersign", "decline_countersign"], "row",
    ),
    **dict.fromkeys(
        ["rule_extension", "prove_guard", "request_resume", "rule_resume", "decide_measure", "record_interview", "reply_measure",
         "withdraw_measure", "decide_listing", "visit_supervision", "delist"], "row",
    ),
    "suspend": "campus or bureau",
    "set_limit": "issuer or bureau",
    "remind": "bureau or issuer",
    "claim": "claimant",
    "withdraw": "last",
    "fix_on_spot": "campus staff",
    "add_evidence": "any",
    "change_parties": "issuer or lead",
    "amend": "handling or issuer",
    "regrade": "handling or bureau",
    "move_paper_limit": "paper",
    "instruct": "superior",
}  # fmt: skip

# (level, whose) → verifier, closer, in one act (process.md a.6).
VERIFIES: dict[tuple[str, str], tuple[str, str, bool]] = {
    ("general", "school"): ("campus", "campus", True),
    ("general", ""): ("issuer", "office", False),
    ("significant", ""): ("office", "office", False),
    ("major", ""): ("office", "office", False),
    ("general", "outside"): ("campus", "office", False),
    ("significant", "outside"): ("campus", "office", False),
    ("major", "outside"): ("office", "office", False),
}
