"""The local Bot API: requests in, the world changed, answers out as Telegram would give them, faults included."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import struct
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.practice import answering, forum, posting
from bot.practice.chats import Json
from bot.practice.faults import AFTER, Fault, Faults
from bot.practice.methods import METHODS
from bot.practice.refusals import Refusal
from bot.practice.requests import Upload, read
from bot.practice.updates import MOST_AT_ONCE
from bot.practice.world import World

ACTS = {**posting.ACTS, **answering.ACTS, **forum.ACTS}
HOST = "127.0.0.1"
LONGEST_POLL = 50
MOST_LOGGED = 100_000
_NAMES = {name.lower(): name for name in METHODS}
_ODD_RESULTS: dict[str, Any] = {"list": [], "null": None, "string": "sent", "true": True}
_HTML = b"<html><head><title>Bad Gateway</title></head><body><h1>nginx</h1></body></html>"


class Api:
    """The methods over one world, for the one bot that has the token.

    `log` holds every request with its parameters, its answer and its fault, oldest first; `file` gets the same as JSON
    lines, each written before its answer leaves.
    """

    def __init__(self, world: World, token: str, *, strict: bool, faults: Faults, file: Path | None) -> None:
        self._world = world
        self._token = token
        self._strict = strict
        self._file = file
        self._poller = 0
        self.closing = False
        self.faults = faults
        self.log: deque[Json] = deque(maxlen=MOST_LOGGED)

    async def answer(self, request: Request) -> Response:
        """One request to its answer; the connection may be cut instead, where a fault says so."""
        method = _NAMES.get(request.path_params["method"].lower(), "")
        entry: Json = {"at": time.time(), "method": method or request.path_params["method"]}
        fault: Fault | None = None
        try:
            self._let_in(request.path_params["token"], method)
            given = await _given(request)
            entry["parameters"] = {key: vars(v) if isinstance(v, Upload) else v for key, v in given.items()}
            waited, fault = self.faults.next(method)
            await asyncio.sleep(waited)
            if fault is None or fault.kind in AFTER:
                body: Json = {"ok": True, "result": await self._done(method, given)}
            else:
                body = _refused(fault)
        except Refusal as refusal:
            body, fault = refusal.json(), None
        except ClientDisconnect:
            return Response()  # the bot was ended before all of its request was there: nobody reads this
        return await self._sent(request, entry, body, fault)

    def _let_in(self, token: str, method: str) -> None:
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            raise Refusal(code=401)
        if not method:
            raise Refusal("method not found", 404)

    async def _done(self, method: str, given: Json) -> Any:
        values = read(method, given, strict=self._strict)
        return await self._updates(values) if method == "getUpdates" else ACTS[method](self._world, values)

    async def _updates(self, values: Json) -> list[Json]:
        """The oldest updates; waits for some. Whoever still waits when another one asks is sent away with 409."""
        queue = self._world.updates
        self._poller += 1
        mine = self._poller
        queue.wake()
        if "allowed_updates" in values:
            queue.allow(values["allowed_updates"])
        queue.confirm(values.get("offset", 0))
        until = time.monotonic() + min(max(values.get("timeout", 0), 0), LONGEST_POLL)
        while not queue.waiting(1) and not self.closing and (left := until - time.monotonic()) > 0:
            await queue.some(left)
            if mine != self._poller:
                raise Refusal(
                    "terminated by other getUpdates request; make sure that only one bot instance is running", 409
                )
        return queue.waiting(min(max(values.get("limit", MOST_AT_ONCE), 1), MOST_AT_ONCE))

    async def _sent(self, request: Request, entry: Json, body: Json, fault: Fault | None) -> Response:
        """Write the log and answer, wrongly where the fault says so."""
        status = 200 if body["ok"] else body["error_code"]
        self._write({**entry, "fault": fault and fault.kind, "status": status, "answer": body})
        match fault.kind if fault else "":
            case "reset" | "reset-posted":
                await _cut_off(request)
            case "timeout" | "timeout-posted":
                while (await request.receive())["type"] != "http.disconnect" and not self.closing:
                    pass
            case "500" | "502" | "502-posted" as kind:
                return Response(_HTML, int(kind[:3]), media_type="text/html")
            case "list" | "null" | "string" | "true" as kind:
                body = {"ok": True, "result": _ODD_RESULTS[kind]}
        written = json.dumps(body).encode()
        match fault.kind if fault else "":
            case "cut":
                written = written[: len(written) // 2]
            case "invalid":
                written = b"{'ok': true" + written
            case "empty":
                written = b""
        return Response(written, status, media_type="application/json")

    def _write(self, entry: Json) -> None:
        self.log.append(entry)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")

    def close(self) -> None:
        """Let go whoever waits for updates."""
        self.closing = True
        self._world.updates.wake()


def _refused(fault: Fault) -> Json:
    """The answer of a fault that comes before anything was done."""
    refusals = {
        "429": Refusal(f"retry after {int(fault.value)}", 429, retry_after=int(fault.value)),
        "429-bare": Refusal(code=429),
        "blocked": Refusal("bot was blocked by the user", 403),
        "kicked": Refusal("bot was kicked from the supergroup chat", 403),
        "migrated": Refusal("group chat was upgraded to a supergroup chat", migrate_to_chat_id=int(fault.value)),
        "401": Refusal(code=401),
        "409": Refusal("terminated by other getUpdates request; make sure that only one bot instance is running", 409),
    }
    code = 500 if fault.kind == "500" else 502
    broken: Json = {"ok": False, "error_code": code, "description": "nothing was done"}
    return refusals[fault.kind].json() if fault.kind in refusals else broken


async def _given(request: Request) -> Json:
    """The parameters of a request, from its address and its body; uploads are put where they are referred to."""
    given: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").split(";")[0]
    if kind == "application/json":
        try:
            body = await request.json()
        except (ValueError, RecursionError):
            raise Refusal("can't parse the JSON of the request") from None
        if not isinstance(body, dict):
            raise Refusal("the JSON of a request must be an object")
        given |= body
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form() as form:
            for name, value in form.items():
                given[name] = _upload(name, value) if isinstance(value, UploadFile) else value
    for name, value in list(given.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            given[name] = given.pop(value.removeprefix("attach://"), value)
    return given


def _upload(name: str, file: UploadFile) -> Upload:
    return Upload(file.filename or name, file.size or 0)


async def _cut_off(request: Request) -> None:
    """End the connection at once, with a reset, and wait until it is gone."""
    transport: asyncio.Transport = request.scope["transport"]
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    while (await request.receive())["type"] != "http.disconnect":
        pass


class _Protocol(H11Protocol):
    """Hands its connection on with each request, so that a fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Head and body leave as two packets, and the second would wait 40 ms for word of the first.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["transport"] = transport
            await inner(scope, receive, send)

        self.app = app


class _Uvicorn(uvicorn.Server):
    """Leaves signals alone: whoever started it ends it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Server:
    """A running server. A bot is pointed at `base_url` with `token`."""

    def __init__(self, api: Api, world: World, runs: _Uvicorn, task: asyncio.Task[None], port: int, token: str) -> None:
        self._api = api
        self._world = world
        self._runs = runs
        self._task = task
        self.url = f"http://{HOST}:{port}"
        self.base_url = f"{self.url}/bot"
        self.token = token
        self.faults = api.faults
        self.log = api.log

    async def close(self) -> None:
        """End it: polls get their answer, and streams of events end."""
        self._api.close()
        self._world.feed.close()
        self._runs.should_exit = True
        await self._task


async def serve(
    world: World,
    *,
    port: int = 0,
    strict: bool = True,
    faults: Faults | None = None,
    token: str | None = None,
    log: Path | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Server:
    """Start the server, on this machine alone; `routes` are what else it serves. Raises `OSError` for a taken port."""
    token = token or f"{world.me['id']}:{secrets.token_urlsafe(26)}"
    api = Api(world, token, strict=strict, faults=faults or Faults(), file=log)
    app = Starlette(
        routes=[Route("/bot{token}/{method}", api.answer, methods=["GET", "POST"]), *routes],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])],
    )
    listening = socket.create_server((HOST, port))
    config = uvicorn.Config(app, http=_Protocol, ws="none", lifespan="off", log_config=None, access_log=False,
                            timeout_graceful_shutdown=2)  # fmt: skip
    runs = _Uvicorn(config)
    task = asyncio.create_task(runs.serve(sockets=[listening]))
    while not runs.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.005)
    return Server(api, world, runs, task, listening.getsockname()[1], token)
