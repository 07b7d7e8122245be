"""Every change of units, people, posts and accounts; each writes an audit entry in its transaction."""

from organizations.services.delegations import delegate_post, end_delegation
from organizations.services.handover import hand_over, list_open_work, release_person
from organizations.services.holdings import appoint, end_holding
from organizations.services.imports import bring_people_in, check_people_import, tell_first_passwords
from organizations.services.mandates import set_mandate
from organizations.services.passwords import change_own_password, reset_password, set_first_password, unlock_account
from organizations.services.people import NewPerson, create_person, set_admin_role, set_person_active
from organizations.services.tree import merge_units, move_person, move_unit
from organizations.services.units import create_unit, rename_unit, set_issuing_names, set_unit_active

__all__ = [
    "NewPerson",
    "appoint",
    "bring_people_in",
    "change_own_password",
    "check_people_import",
    "create_person",
    "create_unit",
    "delegate_post",
    "end_delegation",
    "end_holding",
    "hand_over",
    "list_open_work",
    "merge_units",
    "move_person",
    "move_unit",
    "release_person",
    "rename_unit",
    "reset_password",
    "set_admin_role",
    "set_first_password",
    "set_issuing_names",
    "set_mandate",
    "set_person_active",
    "set_unit_active",
    "tell_first_passwords",
    "unlock_account",
]
