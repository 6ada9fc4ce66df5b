"""The page of practice mode: its files, what is seen as server-sent events, and what people do.

Other pages in the same browser must not drive it: its path has a random part, acts must be JSON from the page itself,
and the server takes this machine's own names only (so a name that was bent to 127.0.0.1 does not help).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.knowledge.model import LANGUAGES
from bot.practice.chats import Json
from bot.practice.world import World
from bot.understanding.languages import native_name

FOLDER = Path(__file__).parent / "page"
MOST_BYTES = 100_000
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Act(BaseModel):
    """What a person does on the page; which fields are needed depends on `do`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    do: Literal["say", "send", "edit", "press", "inline", "choose", "person", "language", "join", "leave"]
    person: int = 0
    chat: int | None = None
    topic: int | None = None
    message: int = 0
    reply_to: int | None = None
    text: str = ""
    forwarded: Literal["user", "hidden_user", "chat", "channel"] | None = None
    kind: str = ""
    data: str = ""
    query: str = ""
    result: str = ""
    name: str = Field("", max_length=40)
    language: Literal[LANGUAGES] = "en"  # type: ignore[valid-type]


def page(world: World, key: str, tries: Sequence[str]) -> Mount:
    """The page under `/key/`; `tries` are the messages that it proposes to a newcomer."""

    async def events(_: Request) -> Response:
        return StreamingResponse(_told(world, tries), media_type="text/event-stream")

    async def act(request: Request) -> Response:
        return await _acted(world, request)

    return Mount(
        f"/{key}",
        routes=[
            Route("/events", events),
            Route("/act", act, methods=["POST"]),
            Mount("/", StaticFiles(directory=FOLDER, html=True)),
        ],
        middleware=[Middleware(_Guarded)],
    )


class _Guarded:
    """Puts the headers on every answer that keep other pages, and the page's own mistakes, out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self.app(scope, receive, guarded)


async def _told(world: World, tries: Sequence[str]) -> AsyncIterator[str]:
    """Everything so far as one event, then each change."""
    watching = world.subscribe()
    try:
        yield _event(_hello(world, tries))
        async for event in watching:
            yield _event({"event": "profile", "profile": _profile(world)} if event["event"] == "commands" else event)
    finally:
        watching.close()


def _event(told: Json) -> str:
    return f"data: {json.dumps(told)}\n\n"


def _hello(world: World, tries: Sequence[str]) -> Json:
    messages = [message for chat in world.chats for message in world.history(chat)]
    return {
        "event": "hello",
        "bot": world.me,
        "profile": _profile(world),
        "people": [person.user() for person in world.people.values()],
        "group": {
            "id": world.group.id,
            "topics": [topic.json() for topic in world.group.topics.values()],
            "members": world.members(),
        },
        "languages": [(code, native_name(code)) for code in LANGUAGES],
        "messages": messages,
        "reactions": [
            {
                "chat": chat.id,
                "topic": chat.messages[number].get("message_thread_id"),
                "message_id": number,
                "reaction": reaction,
            }
            for chat in world.chats.values()
            for number, reaction in chat.reactions.items()
            if number in chat.messages
        ],
        "try": list(tries),
    }


def _profile(world: World) -> Json:
    """What the bot has set about itself, by language: the commands of private chats and the description."""
    commands: dict[str, list[Json]] = {}
    for (scope, language), listed in sorted(world.profile.commands.items(), key=lambda item: "private" in item[0][0]):
        if json.loads(scope)["type"] in ("default", "all_private_chats"):
            commands[language] = listed
    return {"commands": commands, "descriptions": world.profile.descriptions}


async def _acted(world: World, request: Request) -> Response:
    """Do what the page asks; whatever is wrong with it is one sentence."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    if origin not in (None, f"http://{request.headers['host']}") or site != "same-origin":
        return JSONResponse({"error": "only the page itself may do this"}, 403)
    if request.headers.get("content-type") != "application/json":
        return JSONResponse({"error": "an act is JSON"}, 415)
    if int(request.headers.get("content-length", MOST_BYTES + 1)) > MOST_BYTES:
        return JSONResponse({"error": "this is too long"}, 413)
    try:
        return JSONResponse(perform(world, Act.model_validate_json(await request.body())))
    except ValidationError as error:
        first = error.errors()[0]
        return JSONResponse({"error": f"{'.'.join(map(str, first['loc']))}: {first['msg']}"}, 400)
    except (KeyError, StopIteration):
        return JSONResponse({"error": "that is no longer there"}, 400)
    except ValueError as error:
        return JSONResponse({"error": str(error)}, 400)


def perform(world: World, act: Act) -> Json:
    """One act; who or what is new by it. Raises `ValueError` for what is not offered, `KeyError` for what is gone."""
    chat = act.person if act.chat is None else act.chat
    match act.do:
        case "say":
            said = world.say(act.person, act.text, chat=act.chat, topic=act.topic, forwarded=act.forwarded,
                             reply_to=act.reply_to)  # fmt: skip
            return {"message": said["message_id"]}
        case "send":
            sent = world.send(act.person, act.kind, chat=act.chat, topic=act.topic, forwarded=act.forwarded)
            return {"message": sent["message_id"]}
        case "edit":
            world.edit(act.person, chat, act.message, act.text)
        case "press":
            return {"query": world.press(act.person, chat, act.message, act.data)}
        case "inline":
            return {"query": world.inline(act.person, act.query)}
        case "choose":
            chosen = world.choose(act.person, act.query, act.result, act.chat, act.topic)
            return {"message": chosen["message_id"]}
        case "person":
            return {"person": world.person(act.name.strip() or "?", act.language).id}
        case "language":
            world.people[act.person] = replace(world.people[act.person], language_code=act.language)
        case "join":
            world.join(act.person)
        case "leave":
            world.leave(act.person)
    return {}
