"""Does the model answer, and does it keep to a schema? Asks it one tiny question; spends no more, remembers nothing."""

import time
from collections.abc import Iterator

from bot.endpoint.abilities import Form
from bot.endpoint.reply import Call, Message
from bot.errors import ModelFailed
from bot.model.prompt import schema
from bot.model.settings import ModelSettings
from ingest.doctor.finding import Finding, State, listed

_ABOUT = "model"
_CONNECT_S, _SILENCE_S, _WHOLE_S, _LIST_S = 3.0, 20.0, 30.0, 5.0
# What an endpoint says to a wrong key, a forbidden model, or one that it does not have.
_SET_WRONGLY = (401, 403, 404)
_ASKED: Message = {"role": "user", "content": 'Reply with the JSON object {"well": true} and nothing else.'}
_SCHEMA = schema("doctor", well={"type": "boolean"})


def model_findings(settings: ModelSettings, *, seconds: float = _WHOLE_S) -> Iterator[Finding]:
    """Looks at the way to endpoints, and asks the model that is set for one tiny reply within so many seconds."""
    from ingest.route import OPENAI, NoRoute, way_to  # here, for it takes time that quoting should not pay

    try:
        way_to(OPENAI)
    except NoRoute as error:
        yield Finding(_ABOUT, "note", f"an endpoint elsewhere than on this machine {error}")
    if not settings.model:
        yield Finding(_ABOUT, "off", "none is set (FOOTNOTE_MODEL); answers are quoted")
    elif not settings.has_model:
        text = f"{settings.model} is set, but not where it is; answers are quoted"
        yield Finding(_ABOUT, "note", text, "set OPENAI_BASE_URL, OPENAI_API_KEY or both")
    else:
        yield _asked(settings, settings.model, seconds)


def _asked(settings: ModelSettings, model: str, seconds: float) -> Finding:
    from bot.endpoint.client import Chat, Endpoint, ModelLimits, listed_models  # here, for it takes a second

    endpoint = Endpoint(model, settings.openai_base_url, settings.openai_api_key)
    limits = ModelLimits(_CONNECT_S, _SILENCE_S, settings.model_tokens, settings.model_thinking, retries=0)
    chat, start = Chat(endpoint, limits), time.monotonic()
    try:
        items = chat.stream(Call(lambda abilities: (_ASKED,), _SCHEMA, start + seconds))
        reply = "".join(item for item in items if isinstance(item, str))
    except ModelFailed as error:
        status = getattr(error.__cause__, "status_code", None)
        models = listed_models(endpoint, seconds=_LIST_S) if status else ()
        known = f" and is {'' if model in models else 'not '}listed" if models else ""
        remedy = "check FOOTNOTE_MODEL, OPENAI_BASE_URL and OPENAI_API_KEY"
        if models and model not in models:
            remedy = f"set FOOTNOTE_MODEL to one that it lists: {listed(models, most=5)}"
        state: State = "wrong" if status in _SET_WRONGLY else "failed"
        return Finding(_ABOUT, state, f"{model} {error.reason}{known}", remedy)
    took = time.monotonic() - start
    return judge_reply(reply, chat.form, name=model, seconds=took, patience=settings.model_patience)


def judge_reply(reply: str, form: Form, *, name: str, seconds: float, patience: float) -> Finding:
    """Returns what the reply says about the endpoint; `form` is the best in which it could be asked to write."""
    said = f"{name} answers in {seconds:.1f} s"
    if seconds > patience:
        text = f"{said}, longer than the {patience:g} s after which it is given up"
        return Finding(_ABOUT, "note", text, "raise FOOTNOTE_MODEL_PATIENCE, or take a faster model")
    if form == "plain":
        return Finding(_ABOUT, "well", f"{said}; structured output: no, plain text with markers is read")
    if "".join(reply.split()) != '{"well":true}':
        text = f"{said}; it takes a wish for structured output, but does not keep to it"
        return Finding(_ABOUT, "note", text, "nothing has to be done: plain text with markers is read")
    how = "yes, held to a schema" if form == "schema" else "as JSON, not held to a schema"
    return Finding(_ABOUT, "well", f"{said}; structured output: {how}")
