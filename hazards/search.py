"""Search of Chinese text without word lists: every pair of neighbouring signs is a word."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import BooleanField, Case, QuerySet, When

from core.cached_rows import cached_rows
from hazards.models import Hazard

_RUN = re.compile(r"[^\W_]+", re.UNICODE)


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring signs of each run of letters, digits or Chinese; a run of one stands alone."""
    words: list[str] = []
    for run in _RUN.findall(text.casefold()):
        words.extend([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
    return list(dict.fromkeys(words))


def as_vector_text(*texts: str) -> str:
    """What to_tsvector('simple', …) makes one lexeme of for each bigram."""
    return " ".join(word for text in texts for word in bigrams(text))


def as_query(text: str, *, any_of: bool = False) -> str:
    """A raw tsquery that asks for all bigrams of the text, or for any; empty when it has none."""
    return (" | " if any_of else " & ").join(f"'{word}'" for word in bigrams(text))


def search_in(hazards: QuerySet[Hazard], text: str) -> QuerySet[Hazard]:
    """Those that hold every pair of signs of the text; none when it has no sign to search for.

    The planner would multiply the shares of pairs that nearly always come together and take a common
    word for a rare one. It is shown the rarest pair; the others are looked at in the rows it finds.
    """
    pairs = bigrams(text)
    if not pairs:
        return hazards.none()
    shares = shares_of_pairs()
    rarest = min(pairs, key=lambda pair: shares.get(pair, 0.0))
    found = hazards.filter(search=_raw_query(as_query(rarest)))
    if len(pairs) == 1:
        return found
    holds_all = Case(When(search=_raw_query(as_query(text)), then=True), default=False, output_field=BooleanField())
    return found.filter(holds_all)


def _raw_query(query: str) -> SearchQuery:
    return SearchQuery(query, search_type="raw", config="simple")


@cached_rows(seconds=600)
def shares_of_pairs() -> dict[str, float]:
    """{pair of signs: share of hazards that hold it}, of the common ones, as the planner's statistics know them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(most_common_elems::text::text[]), unnest(most_common_elem_freqs) FROM pg_stats"
            " WHERE schemaname = current_schema() AND tablename = %s AND attname = 'search'",
            [Hazard._meta.db_table],
        )
        # The frequencies end with three figures that belong to no element.
        return {pair: share for pair, share in cursor.fetchall() if pair is not None}
