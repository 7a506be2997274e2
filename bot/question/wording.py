"""How a question is put, as opposed to what it asks. Knows phrases; removes what would only blur the search."""

import re

_ARTICLES = r"(?:all |both )?(?:the|these|your) (?:articles?|texts?|reports?|stor(?:y|ies)|corpus)"
_ABOUT_ARTICLES = re.compile(
    rf"\b(?:(?:what|how) (?:do|does|did) (?:we|you|{_ARTICLES})"
    r" (?:know|say|tell (?:us|me)|report|write|mention|describe|think) ?(?:about|of|on)?"
    rf"|(?:(?:that|is|are|was|were) )*(?:mentioned|described|named|reported) (?:in|across|by) {_ARTICLES}"
    rf"|(?:according to|from|in|across|based on) {_ARTICLES}"
    r"|(?:news|information|info)(?= (?:about|on|regarding)\b))\b",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(?:(?:hi|hey|hello|ok|okay|so|well|please|quick question)[,:!.]? )*"
    r"(?:(?:can|could|would) (?:you|someone|anyone|u) (?:please )?"
    r"(?:(?:tell me|explain|say|check|remind me)\b|(?=list|name))"
    r"|(?:please )?tell me|do you (?:happen to )?know|i(?:'d| would) like to know|i want to know|i was wondering"
    r"|any idea|does anyone know|please)[,:]? *",
    re.IGNORECASE,
)
# However it is put, what is asked is what there is to say about a thing.
_TOLD = r"(?:said|written|known|reported|mentioned|stated)"
_OPEN = re.compile(
    rf"^(?:what(?:['’]s| is| was| has been)?(?: there)? {_TOLD}(?: here| there)? (?:about|of|on)"
    rf"|(?:(?:is|was) there |do (?:you|we) have |have (?:you|we)(?: got)? |got )?"
    r"(?:any|some)(?:thing| ?info(?:rmation)?| news| details?| articles?| words?)"
    rf"(?: (?:{_TOLD}|new|more|else))? (?:about|on|of|regarding|concerning)"
    rf"|(?:what )?(?:do|does|did) (?:{_ARTICLES}|(?:any|the|our) (?:articles?|docs|documents?|documentation|handbook))"
    r" (?:say|mention|tell(?: us| me)?|know|report|write)(?: (?:anything|something))? (?:about|of|on))\b",
    re.IGNORECASE,
)


def essence(question: str) -> str:
    """Returns the question without courtesies and without talk about the articles themselves, if anything is left."""
    text = _ABOUT_ARTICLES.sub(" ", _OPEN.sub("about", _POLITE.sub("", question)))
    text = " ".join(text.split())
    return text if len(re.findall(r"\w+", text)) > 1 or not re.search(r"\w \w", question) else question
