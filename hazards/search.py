"""Search of Chinese text without word lists: every pair of neighbouring signs is a word."""

import re

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
