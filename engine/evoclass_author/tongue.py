"""Finds a text's language from its letters and its commonest words."""

from __future__ import annotations

import re
from collections import Counter

SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
"""Languages that are known by their letters; Japanese before Chinese, whose characters it shares."""

SHARE = 0.1
"""Smallest part of the letters that must be in a script: a lesson on translation quotes other languages."""

WORDS = {
    "en": "the and of is are this that with for we you not from can will have it be in to",
    "it": "il lo la gli le di che è un una per con non sono della del nel questo come si anche",
    "fr": "le la les des est et une pour dans que qui nous vous avec sur pas ce cette du au",
    "de": "der die das und ist nicht ein eine wir mit für auf den dem von zu sich werden auch wie",
    "es": "el la los las que es una por con para del se no como en y este más son al",
    "pt": "o a os as que é uma por com para do da não em como se um são mais dos",
    "nl": "de het een en van is dat niet we met voor op zijn deze dit wordt aan ook te naar",
}
"""Words that occur in nearly every sentence."""

LEAST = 5
"""Fewest such words in a text to trust the result."""

DIFFERENT = 3
"""Fewest different ones among them."""

MOST = 200_000
"""Most characters of a text that are examined."""


def language(text: str, default: str = "en") -> str:
    """Return the code of the language of prose, or `default` if it cannot be determined."""
    text = text[:MOST]
    letters = sum(map(str.isalpha, text))
    for code, script in SCRIPTS:
        if letters and len(script.findall(text)) > SHARE * letters:
            return code
    counts = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    found = {code: [counts[word] for word in words.split() if counts[word]] for code, words in WORDS.items()}
    best = max(found, key=lambda code: (sum(found[code]), code == default))
    return best if sum(found[best]) >= LEAST and len(found[best]) >= DIFFERENT else default
