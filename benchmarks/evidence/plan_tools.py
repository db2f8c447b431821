"""What `advisor plan` writes, run by the real tools against a local server, and their results read back.

python -m benchmarks.evidence.plan_tools ANSWERS INSPECT PROMPTFOO GUIDELLM: the three programs' paths; "-" leaves one
out. The server speaks OpenAI's API and answers with the question, which contains the target; the first open model
leaves every eighth out.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from maintenance.chat_server import ChatHandler, serve

SERVED = "tokenizer"
"""The model's name is a folder with a tokenizer: guidellm loads one by the name of the model that is served."""


class Echo(ChatHandler):
    """Answers each request with its last message, or without the target where `worse` is asked an eighth prompt."""

    worse = ""
    served = SERVED

    def tokens(self, body: dict[str, Any]) -> list[str]:
        """The last message word by word; a load test, which streams, gets as many as it asks for at most."""
        content = body["messages"][-1]["content"] if "messages" in body else body.get("prompt", "")
        text = content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)
        number = text.split()[1] if text.startswith("Task ") else "1"
        if body["model"] == self.worse and int(number) % 8 == 0:
            text = "I do not know."
        most = body.get("max_tokens") or body.get("max_completion_tokens") or 32
        return [f"{word} " for word in text.split()][: most if body.get("stream") else None]


def advisor(*arguments: str, folder: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "advisor", *arguments]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def run(command: list[str], folder: str, port: int) -> str:
    """Run a tool; says its last lines where it fails."""
    keys = {"GATEWAY_BASE_URL": f"http://127.0.0.1:{port}/v1", "GATEWAY_API_KEY": "none", "LITELLM_MASTER_KEY": "none"}
    off = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1", "HF_HUB_OFFLINE": "1"}
    environment = os.environ | keys | off
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 100):  # promptfoo: 100 where a prompt failed
        sys.exit(f"{command[0]} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def filled(prompts: str) -> str:
    """The prompts' table with questions that contain their targets."""
    rows = list(csv.DictReader(io.StringIO(prompts)))
    file = io.StringIO()
    table = csv.DictWriter(file, rows[0], lineterminator="\n")
    table.writeheader()
    for place, row in enumerate(rows, 1):
        table.writerow(row | {"prompt": f"Task {place} has the answer x{place}y", "target": f"x{place}y"})
    return file.getvalue()


def main() -> None:
    """Print what each tool's results were read back as."""
    answers, inspect, promptfoo, guidellm = (str(Path(each).absolute()) if each != "-" else "" for each in sys.argv[1:])
    server = serve(0, Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    with tempfile.TemporaryDirectory() as folder:
        plan = json.loads(advisor("plan", answers, "--format", "json", folder=folder))
        hosted = next(each["model"] for each in plan["candidates"] if not each["open_weights"])
        opened = next(each["model"] for each in plan["candidates"] if each["open_weights"])
        Echo.worse = opened
        there = Path(folder)
        (there / "prompts.csv").write_text(filled(advisor("plan", answers, "--format", "prompts", folder=folder)))
        (there / "evaluation.py").write_text(advisor("plan", answers, "--format", "inspect", folder=folder))
        config = advisor("plan", answers, "--format", "promptfoo", folder=folder)
        (there / "promptfooconfig.json").write_text(config.replace("localhost:4000", f"127.0.0.1:{port}"))
        if inspect:
            for model in (hosted, opened):
                run([inspect, "eval", "evaluation.py", "--model", f"openai-api/gateway/{model}", "--display", "none",
                     "--log-format", "json"], folder, port)  # fmt: skip
            logs = [str(path.relative_to(folder)) for path in sorted((there / "logs").glob("*.json"))]
            names = ["--api", f"openai-api/gateway/{hosted}", "--open", f"openai-api/gateway/{opened}"]
            print("inspect:\n" + advisor("measure", "evaluation", *logs, *names, folder=folder))
        if promptfoo:
            run([promptfoo, "eval", "-c", "promptfooconfig.json", "--no-cache", "--no-table"], folder, port)
            names = ["--api", hosted, "--open", opened]
            print("promptfoo:\n" + advisor("measure", "evaluation", "results.json", *names, folder=folder))
        if guidellm:
            Echo.between = plan["load_test"]["expected"]["inter_token_ms"] / 1000.0
            command = next(each for each in plan["load_test"]["commands"] if each.startswith("guidellm"))
            command = command.replace("localhost:8000", f"127.0.0.1:{port}")
            tokenizer = (
                "from tokenizers import Tokenizer, models, pre_tokenizers; from transformers import "
                "PreTrainedTokenizerFast as T; import string; t = Tokenizer(models.WordLevel({w: i for i, w in "
                "enumerate(['[UNK]', *string.ascii_letters, *string.digits, *string.punctuation])}, '[UNK]')); "
                "t.pre_tokenizer = pre_tokenizers.Split('', 'isolated'); "
                f"T(tokenizer_object=t, unk_token='[UNK]').save_pretrained('{SERVED}')"
            )
            subprocess.run([str(Path(guidellm).parent / "python"), "-c", tokenizer], cwd=folder, check=True)
            run([guidellm, *shlex.split(command)[1:]], folder, port)
            load = plan["load_test"]["read_back"].replace("load-test.json", "benchmarks.json")
            print("guidellm:\n" + advisor(*shlex.split(load)[1:], folder=folder))
    server.shutdown()


if __name__ == "__main__":
    main()
