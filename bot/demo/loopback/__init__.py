"""A loopback Slack: the Web API, Socket Mode and signed HTTP requests over real sockets, for the unmodified Bolt app.

    from bot.demo.loopback import faults
    from bot.demo.loopback.slack import LoopbackSlack

    async with LoopbackSlack() as slack:                    # leaving the block fails if the app broke Slack's rules
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        app = build_app(client)                             # the real AsyncApp; its secret: slack.app.signing_secret
        handler = AsyncSocketModeHandler(app, slack.app_token)
        await handler.connect_async()                       # or over HTTP: slack.over_http(url_of_slack_events)
        asked = slack.user("U1").says("C1", "<@UBOT> how many days?")
        await slack.until(lambda: slack.replies("C1", asked.ts))
        assert slack.reads("C1", asked.ts)[1].text == "30 days [1]"
        await handler.close_async()

What a person does (`slack.user("U1")`, of class Person):
    says(channel, wire_text, thread=, subtype=, files=, order="message first")   types(channel, plain_text)
    edits   deletes   dm() -> the direct conversation   joins(channel)   sees(channel)   runs("/ask", text, channel=)
    clicks(message or view, action_id, value=)   modal   submits({action_id: value})   closes_modal()   searches()
    uses_shortcut(callback_id, on=message)   opens_home()   opens_messages()   home   prompts   picks_prompt(1)
    presses_stop(channel, thread)
Each returns what was delivered; a delivery knows `acked`, `attempts` (with `seconds` to the acknowledgement), `answer`.

What there is to read: `thread`, `replies` (what the app said to a question), `reads` and `reads_view` (as a person
reads them), `effects` and `effects_of_all` (who was notified, where links lead, what is fetched), `badly_escaped`,
`journal.of(method)`, `journal.errors()`, `journal.violations`, `site.warnings`, `agent.status`, `agent.session`,
`streams.alive()`.

What goes wrong on request:
    slack.faults.next("chat.appendStream", fault=faults.rate_limited(2))
    slack.faults.sometimes("chat.postMessage", fault=faults.lost_response(), share=0.1, seed=1)
    and refused("word"), lost_request(), no_answer(), server_error(503, applied=True), held(), garbage()
    slack.deliveries.redeliver(delivery, same_id=False)   slack.deliveries.acks_to_lose = 1   slack.sockets.cut_all()
    slack.hooks.seconds_off = 9   slack.sockets.drop_on_send = "before"   await slack.sockets.disconnect()
    slack.site.tokens[slack.bot_token].scopes -= {"users:read"}   .dead = "token_revoked"   slack.rates.enforced = False

Time stands still: `await slack.clock.advance(60)` moves it; give `slack.clock.now` and `slack.clock.sleep` to the app
as its own. `async with slack.hurrying():` lets time jump to the next waking of a sleeper whenever no call is under way.
`Clock(flows=True)` follows the wall, for a demonstration. `workspace.py` lists the people and conversations;
`limits.py` every number, and which of them is only a claim.
"""
