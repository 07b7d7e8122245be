"""Days pass, and people change posts, in both worlds."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from django.db import transaction

from core.clock import StillClock, today
from core.errors import Invalid
from organizations.kinds import PERSONAL_POSTS
from organizations.models import Holding
from organizations.selectors import candidates
from organizations.services import appoint, delegate_post, end_holding, hand_over
from tests.reference import rules
from tests.reference.book import Book
from tests.reference.case import Case, Last
from tests.reference.staff import Held
from tests.support.both_worlds import BothWorlds


class PeoplePlayed(BothWorlds):
    def time_passes(self, hours: int) -> None:
        """Some stood in for others until a day."""
        StillClock.advance(timedelta(hours=hours))
        self.book.now = self.local_now()
        self.told.append(f"it is {self.book.now}")
        self.people_changed()

    def change_people(self, what: str, rng: Random) -> None:
        """Somebody leaves, comes back, lets another stand in, or hands his post over; refused where work would lie."""
        who = rng.choice(sorted(self.d.people))
        holding = self.holding_of(who)
        after = self.book.copy()
        on = today(self.d.at)
        if what == "comes back":
            self._comes_back(who)
            return
        if holding is None:
            return
        post = self.post_names[holding.post_id]
        to = rng.choice(sorted(set(self.d.people) - {who}))
        if what == "stands in":
            candidates_ = list(candidates(holding, self.d.at).order_by("pk"))
            if holding.post.kind in PERSONAL_POSTS or not candidates_:
                return
            to = self.person_names[rng.choice(candidates_).pk]
            if any(one.post == post and (one.person == to or one.stands_for == who) for one in self.book.staff.held):
                return
            until_on = on + timedelta(rng.randint(1, 20))
            delegate_post(
                actor=self.d.people[who], holding=holding, to=self.d.people[to], from_on=on, until_on=until_on,
                reason="培训", at=self.d.at,
            )  # fmt: skip
            self.told.append(f"{to} stands in for {who} until {until_on}")
            self.people_changed()
            return
        if what == "hands over" and any(one.post == post and one.person == to for one in self.book.staff.held):
            return
        successor = to if what == "hands over" else ""
        expected = self._expect_leave(after, who, post, successor)
        try:
            with transaction.atomic():
                if successor:
                    hand_over(actor=None, holding=holding, to=self.d.people[to], on=on, at=self.d.at)
                else:
                    end_holding(actor=None, holding=holding, until_on=on, at=self.d.at)
        except Invalid as error:
            assert not expected, f"{who} may leave {post}, yet: {error.message} {error.fields}"
            return
        self.told.append(f"{who} leaves {post}{f' to {to}' if successor else ''}")
        assert expected, f"{who} leaves {post}, and something waits for nobody"
        self.book = after
        self.people_changed()

    def _comes_back(self, who: str) -> None:
        left = (
            Holding.objects.filter(user=self.d.people[who], delegated_by=None)
            .exclude(until_on=None)
            .order_by("-pk")
            .first()
        )
        if left is None or self.book.staff.posts_of(who):
            return
        # As if he had never been away: an appointment may not overlap the one before.
        appoint(actor=None, post=left.post, user=self.d.people[who], from_on=today(self.d.at), at=self.d.at)
        self.told.append(f"{who} comes back")
        self.people_changed()

    def _expect_leave(self, after: Book, who: str, post: tuple[str, str], successor: str) -> bool:
        """Changes the book; False where somebody else has to be found first."""
        held = [one for one in after.staff.held if one.post != post or who not in one.people]
        after.staff.held = [*held, *([Held(post, successor)] if successor else [])]
        still_there = after.staff.works_in(who, post[0])
        after.cases = [case.copy() for case in after.cases]
        for index, case in enumerate(after.cases):
            owed = self.book.owed_by(self.book.cases[index])
            if successor or not still_there:
                pass_on(case, who, post, successor, keeps_lead=still_there)
            if who in case.readers and not any(one.post[1] == "investigator" for one in after.staff.posts_of(who)):
                # What was opened to him as an inquirer is closed with his post.
                case.readers.discard(who)
                case.last = Last("lapse_reading", "", None, False, False, None)
            left = after.owed_by(case)
            if any(old == post and new is None for old, new in zip(owed, left, strict=False)):
                return False
        return True

    def people_changed(self) -> None:
        """After an appointment or a leave in the database."""
        self.book.staff.held = self.read_holdings()
        self._holders = None

    def holding_of(self, who: str) -> Holding | None:
        rows = Holding.objects.filter(user=self.d.people[who], until_on=None, delegated_by=None)
        return rows.select_related("post__unit", "user").order_by("pk").first()


def pass_on(case: Case, old: str, post: tuple[str, str], new: str, *, keeps_lead: bool) -> None:
    """What bears his name in the post's unit goes to the successor; a proposal of his or for him ends."""
    if case.state in rules.TERMINAL:
        return
    rows = [part for part in case.assignments if part.state not in ("confirmed", "canceled")]
    named = [part for part in rows if old in (part.leader, part.handler)]
    asked = case.proposal
    is_his = asked and ((asked.proposer == old and asked.post[0] == post[0]) or asked.named == old)
    if not any(part.unit == post[0] for part in named) and not is_his:
        return
    found = False
    for part in named:
        if part.leader == old and not keeps_lead:
            part.leader, found = new, True
        if part.handler == old:
            part.handler, found = new, True
            case.rectifiers |= {new} - {""}
    if asked and old in (asked.proposer, asked.named):
        case.proposal, found = None, True
    if not found:
        return
    case.last = Last("pass_on", "", None, False, False, None)
