"""The way to Telegram on aiohttp: httpx, the library's own, is what makes a busy bot slow.

No error that leaves here, nor its cause or context, holds an address: the bot's token is part of every address.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class NotSentError(Exception):
    """The cause of an error where no connection was made: Telegram has certainly not seen the request."""


class Transport(BaseRequest):
    """Connections to the Bot API. `read_timeout` and `connect_timeout` in seconds; `direct`: past any proxy."""

    def __init__(
        self, *, connections: int = 64, read_timeout: float = 10.0, connect_timeout: float = 10.0, direct: bool = False
    ) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._direct = direct
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer where the caller says nothing else."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; connections are made when they are needed."""
        self._opened()

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - requests are small; the library's signature
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - a place in the pool is waited for
    ) -> tuple[int, bytes]:
        """Status and body. Raises `TimedOut` or `NetworkError`, caused by `NotSentError` where nothing was sent."""
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=_given(connect_timeout, self._connect_timeout),
            sock_read=_given(read_timeout, self._read_timeout),
        )
        body = json.dumps(request_data.parameters).encode() if request_data else None
        headers = {"Content-Type": "application/json"} if body else None
        try:
            async with self._opened().request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            name, late, unsent = type(error).__name__, isinstance(error, TimeoutError), isinstance(error, _NOT_SENT)
        # Raised out here, so that aiohttp's own error, which may know the address, is not even its context.
        raise (TimedOut() if late else NetworkError(name)) from (NotSentError(name) if unsent else None)

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The answer as JSON; the library's own way writes what it cannot read into the log."""
        try:
            return json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("Invalid server response") from None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=not self._direct)
        return self._session


def _given(seconds: Any, otherwise: float) -> float | None:
    return otherwise if isinstance(seconds, DefaultValue) else seconds
