"""A small server that speaks OpenAI's chat and completions API at a fixed pace, for tools that test such servers.

Run it with `python -m maintenance.chat_server PORT`. Answers are the words of a fixed list: with their text nothing
is meant. The first token comes after `FIRST` seconds, each further one after `BETWEEN`; arithmetic tasks ("2 + 3 =")
are answered, and every seventh of them wrongly.
"""

from __future__ import annotations

import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FIRST, BETWEEN = 0.04, 0.004
MODEL = "meta-llama/Llama-3.1-8B-Instruct"
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_SUM = re.compile(r"(\d+)\s*\+\s*(\d+)")


class ChatHandler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    served = MODEL
    first, between = FIRST, BETWEEN

    def tokens(self, body: dict[str, Any]) -> list[str]:
        """The answer to a request, token by token."""
        found = _SUM.search(_prompt(body))
        if found:
            first, second = int(found[1]), int(found[2])
            return [str(first + second + ((first * 31 + second) % 7 == 0))]
        return [f" {_WORDS[place % len(_WORDS)]}" for place in range(_most_tokens(body))]

    def do_GET(self) -> None:
        """Name the one model, or say that the server is well."""
        models = {"object": "list", "data": [{"id": self.served, "object": "model", "created": 0, "owned_by": "tests"}]}
        self._json(models if self.path.endswith("/models") else {"status": "ok"})

    def do_POST(self) -> None:
        """Answer a chat or a completion, streamed where asked."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"{}")
        chat = "chat" in self.path
        tokens = self.tokens(body)
        usage = {"prompt_tokens": max(1, len(_prompt(body)) // 4), "completion_tokens": len(tokens)}
        usage["total_tokens"] = sum(usage.values())
        time.sleep(self.first)
        if body.get("stream"):
            self._stream(body, chat, tokens, usage)
            return
        time.sleep(self.between * (len(tokens) - 1))
        text = "".join(tokens)
        said = {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
        self._json(
            self._head(chat, body) | {"choices": [{"index": 0, "finish_reason": "stop", **said}], "usage": usage}
        )

    def _head(self, chat: bool, body: dict[str, Any]) -> dict[str, Any]:
        kind = "chat.completion" if chat else "text_completion"
        kind += ".chunk" if chat and body.get("stream") else ""
        return {"id": f"r{time.monotonic_ns()}", "object": kind, "created": int(time.time()),
                "model": body.get("model", self.served)}  # fmt: skip

    def _stream(self, body: dict[str, Any], chat: bool, tokens: list[str], usage: dict[str, int]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        head = self._head(chat, body)
        for place, token in enumerate(tokens):
            time.sleep(self.between if place else 0)
            said = {"delta": {"role": "assistant", "content": token}} if chat else {"text": token}
            last = "stop" if place + 1 == len(tokens) else None
            self._event(head | {"choices": [{"index": 0, "finish_reason": last, **said}]})
        if (body.get("stream_options") or {}).get("include_usage"):
            self._event(head | {"choices": [], "usage": usage})
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, table: dict[str, Any]) -> None:
        self._chunk(b"data: " + json.dumps(table).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _json(self, table: dict[str, Any]) -> None:
        data = json.dumps(table).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _prompt(body: dict[str, Any]) -> str:
    return json.dumps(body.get("messages") or body.get("prompt") or "")


def _most_tokens(body: dict[str, Any]) -> int:
    return int(body.get("max_completion_tokens") or body.get("max_tokens") or 16)


def serve(port: int, handler: type[ChatHandler] = ChatHandler) -> ThreadingHTTPServer:
    """A server on this machine at a port, ready to run; 0 takes a free one."""
    ThreadingHTTPServer.request_queue_size = 256
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


if __name__ == "__main__":
    serve(int(sys.argv[1])).serve_forever()
