"""The forms of English verbs: which are past, and which word they are forms of. Knows spelling; knows no grammar."""

from functools import lru_cache

from ingest.terms import fold, terms

# Base, past and participle where they differ from the base by more than an ending.
_IRREGULAR = """
be was were been/become became/begin began begun/break broke broken/bring brought/build built/buy bought/catch caught
choose chose chosen/come came/cost/cut/deal dealt/do did done/draw drew drawn/drive drove driven/eat ate eaten
fall fell fallen/feel felt/fight fought/find found/flee fled/fly flew flown/forbid forbade forbidden/get got gotten
give gave given/go went gone/grow grew grown/hang hung/have had/hear heard/hide hid hidden/hold held/keep kept
know knew known/lead led/leave left/lend lent/lose lost/make made/mean meant/meet met/pay paid/rise rose risen
run ran/say said/see saw seen/seek sought/sell sold/send sent/shake shook shaken/shoot shot/sing sang sung
sink sank sunk/speak spoke spoken/spend spent/stand stood/steal stole stolen/strike struck/swear swore sworn
swim swam swum/take took taken/teach taught/tell told/think thought/throw threw thrown/understand understood
undertake undertook undertaken/win won/withdraw withdrew withdrawn/write wrote written
"""
_BASE_OF = {
    form: forms[0]
    for line in _IRREGULAR.split("\n")
    for verb in line.split("/")
    if (forms := verb.split())
    for form in forms
}


@lru_cache(maxsize=50_000)
def base(word: str) -> str:
    """Returns one spelling for all forms of a word."""
    folded = fold(word)
    return (terms(_BASE_OF.get(folded, folded)) or [folded])[-1]


def is_past(word: str) -> bool:
    """Tells whether a word looks like a past form; some nouns and adjectives do, too."""
    folded = fold(word)
    return _BASE_OF.get(folded, folded) != folded or (len(folded) > 4 and folded.endswith("ed"))
