"""The configurations of `advisor gateway`, served by LiteLLM's own proxy: who answers, and who does after a failure.

    python -m benchmarks.portfolio.gateway_proxy LITELLM_PYTHON ANSWERS|PORTFOLIO...

LITELLM_PYTHON is the Python of an environment with `litellm[proxy]`; the program itself does not need it. Sellers
answer by LiteLLM's `mock_response`, which names the deployment; a fleet of one's own is a local server that speaks
OpenAI's API, and names the variable of the environment by which the configuration finds it.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KEY = "sk-local"
_WAIT_SECONDS = 300
_FLEET = re.compile(r"os\.environ/(SELF_HOST(_[0-9]+)?)_API_BASE")


class FleetServer(BaseHTTPRequestHandler):
    """Answers every chat request with the name of the fleet, the first part of the address."""

    def do_POST(self) -> None:
        """Answer one request."""
        self.rfile.read(int(self.headers.get("content-length", 0)))
        message = {"role": "assistant", "content": _in_words(self.path.split("/")[1])}
        body = {"id": "1", "object": "chat.completion", "created": 0, "model": "m",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}  # fmt: skip
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


def main() -> int:
    """Print one row for each request; 1 where one was answered by another than was decided."""
    python, answers = sys.argv[1], sys.argv[2:]
    fleet = ThreadingHTTPServer(("127.0.0.1", 0), FleetServer)
    threading.Thread(target=fleet.serve_forever, daemon=True).start()
    wrong = 0
    for file in answers:
        with tempfile.TemporaryDirectory() as folder:
            wrong += _serve(python, file, Path(folder), f"http://127.0.0.1:{fleet.server_port}")
    fleet.shutdown()
    print("wrong answers:", wrong)
    return int(wrong > 0)


def _serve(python: str, file: str, folder: Path, fleet: str) -> int:
    command = [str(Path(sys.executable).parent / "advisor"), "gateway", file]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (folder / "plain.yaml").write_text(text)
    mocked = folder / "config.yaml"
    subprocess.run([python, "-c", _MOCK, str(folder / "plain.yaml"), str(mocked)], check=True)
    config = json.loads(mocked.read_text())
    port = _free_port()
    environment = os.environ | {"LITELLM_MASTER_KEY": KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    for name in {fleet_of(each) for each in config["model_list"]} - {""}:
        environment |= {f"{name}_API_BASE": f"{fleet}/{name}/v1", f"{name}_API_KEY": "x"}
    proxy = subprocess.Popen(
        [str(Path(python).parent / "litellm"), "--config", str(mocked), "--port", str(port), "--host", "127.0.0.1"],
        env=environment, stdout=(folder / "log").open("w"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        return _ask_all(file, config, f"http://127.0.0.1:{port}", proxy, folder / "log")
    finally:
        proxy.terminate()
        proxy.wait(30)


def _ask_all(file: str, config: Any, url: str, proxy: subprocess.Popen[bytes], log: Path) -> int:
    _until_ready(url, proxy, log)
    fallbacks = {
        group: others for each in config["router_settings"].get("fallbacks", []) for group, others in each.items()
    }
    behind = {other for others in fallbacks.values() for other in others}
    hosted = {each["model_name"]: fleet_of(each) for each in config["model_list"]}
    wrong = 0
    for group in (each for each in hosted if each not in behind or each in fallbacks):
        rows: list[tuple[str, dict[str, Any], str]] = [(group, {}, _expected(group, hosted))]
        if group in fallbacks:
            first = fallbacks[group][0]
            rows.append((group, {"mock_testing_fallbacks": True}, _expected(first, hosted)))
        for asked, more, expected in rows:
            answered = _ask(url, asked, more)
            wrong += answered != expected
            failing = " failing" if more else ""
            fault = "" if answered == expected else " WRONG"
            print(f"{Path(file).name:<28} {asked}{failing}: answered by {answered}{fault}")
    return wrong


def fleet_of(entry: Any) -> str:
    """The variable that holds a deployment's address, less its ending; "" for a seller's."""
    found = _FLEET.fullmatch(entry["litellm_params"].get("api_base", ""))
    return found[1] if found else ""


def _in_words(variable: str) -> str:
    return f"the fleet {variable}"


def _expected(group: str, hosted: dict[str, str]) -> str:
    return _in_words(hosted[group]) if hosted[group] else group


def _ask(url: str, group: str, more: dict[str, Any]) -> str:
    body = {"model": group, "messages": [{"role": "user", "content": "hello"}]} | more
    request = urllib.request.Request(
        f"{url}/v1/chat/completions", json.dumps(body).encode(),
        {"authorization": f"Bearer {KEY}", "content-type": "application/json"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return str(json.load(answer)["choices"][0]["message"]["content"])
    except urllib.error.HTTPError as error:
        return f"status {error.code}: {error.read()[:200]!r}"


def _until_ready(url: str, proxy: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < end and proxy.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/health/liveliness", timeout=2)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"the proxy did not start: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_MOCK = """
import json, sys, yaml
config = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
for each in config["model_list"]:
    if "api_base" not in each["litellm_params"]:
        each["litellm_params"]["mock_response"] = each["model_name"]
config["general_settings"]["dangerously_allow_mock_testing_request_params"] = True
json.dump(config, open(sys.argv[2], "w"))
"""
"""Read as LiteLLM reads it, by its own YAML reader; JSON is YAML too."""

if __name__ == "__main__":
    sys.exit(main())
