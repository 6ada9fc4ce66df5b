"""What the server answers when it refuses, in Telegram's form and words."""

from __future__ import annotations

from typing import Any

_HEADS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
          429: "Too Many Requests"}  # fmt: skip


class Refusal(Exception):  # noqa: N818 - the words are Telegram's, and none of its answers is an error of ours
    """A request that is refused; `parameters` may hold `retry_after` or `migrate_to_chat_id`."""

    def __init__(self, sentence: str = "", code: int = 400, **parameters: int) -> None:
        head = _HEADS[code]
        super().__init__(f"{head}: {sentence}" if sentence else head)
        self.code = code
        self.parameters = parameters

    def json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": str(self)}
        return {**body, "parameters": self.parameters} if self.parameters else body
