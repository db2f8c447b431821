"""Other models of serving speed, asked for published rows: reads rows from standard input, prints what each answers.

Run by `benchmarks.sizing.sizing_compare` under an interpreter that has aiconfigurator and llm-analysis; the program
needs neither.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, Any]
MODELS = {
    "llama-3.1-8b": "meta-llama/Meta-Llama-3.1-8B", "llama-3.3-70b": "meta-llama/Meta-Llama-3.1-70B",
    "llama-3.1-405b": "meta-llama/Meta-Llama-3.1-405B", "qwen3-32b": "Qwen/Qwen3-32B",
    "qwen3-30b-a3b": "Qwen/Qwen3-30B-A3B", "qwen3-235b-a22b": "Qwen/Qwen3-235B-A22B",
    "mixtral-8x7b": "mistralai/Mixtral-8x7B-v0.1", "mixtral-8x22b": "mistralai/Mixtral-8x22B-v0.1",
    "llama-4-scout": "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    "llama-4-maverick": "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
    "deepseek-r1": "deepseek-ai/DeepSeek-R1", "deepseek-v3": "deepseek-ai/DeepSeek-V3",
    "gpt-oss-120b": "openai/gpt-oss-120b", "gpt-oss-20b": "openai/gpt-oss-20b",
    "qwen3.6-35b-a3b": "Qwen/Qwen3.5-35B-A3B", "qwen3.6-27b": "Qwen/Qwen3.5-27B",
    "minimax-m3": "MiniMaxAI/MiniMax-M3", "minimax-m2.5": "MiniMaxAI/MiniMax-M2.5",
}  # fmt: skip
SYSTEMS = {
    "h100-sxm": "h100_sxm", "h200": "h200_sxm", "b200": "b200_sxm", "gb200": "gb200", "b300": "b300_sxm",
    "gb300": "gb300", "a100-80gb": "a100_sxm", "l40s": "l40s", "rtx-pro-6000": "rtx_pro_6000_server",
}  # fmt: skip
ENGINES = {"tensorrt-llm": "trtllm", "vllm": "vllm", "sglang": "sglang"}
CARDS = {"h100-sxm": "h100-sxm-80gb", "a100-80gb": "a100-sxm-80gb"}
DTYPES = {"bf16": "w16a16e16", "fp8": "w8a8e16", "int4": "w4a16e16"}


class NoAnswer(Exception):
    """The peer does not know the model, card or format."""


def aiconfigurator() -> Callable[[Row], dict[str, float]]:
    """Ask for one point of serving with prompts and answers mixed, in the layout and formats of the row."""
    from aiconfigurator.cli.api import cli_estimate

    def ask(row: Row) -> dict[str, float]:
        if row["model"] not in MODELS or row["gpu"] not in SYSTEMS or row["engine"] not in ENGINES:
            raise NoAnswer("the model, card or engine is not known to it")
        block = row["model"].startswith(("deepseek", "minimax"))
        gemm = {"bf16": "bfloat16", "fp8": "fp8_block" if block else "fp8", "fp4": "nvfp4", "int4": "int4_wo"}
        kept = None if row["model"].startswith("gpt-oss") else gemm[row["precision"]]
        found = fitting(lambda batch: cli_estimate(
            MODELS[row["model"]], SYSTEMS[row["gpu"]], backend_name=ENGINES[row["engine"]], isl=round(row["input"]),
            osl=round(row["output"]), batch_size=batch, tp_size=row["tp"],
            attention_dp_size=row["dp"], moe_tp_size=None if not row["moe"] else 1 if row["ep"] else row["tp"],
            moe_ep_size=None if not row["moe"] else row["gpus"] if row["ep"] else 1, gemm_quant_mode=kept,
            moe_quant_mode=kept if row["moe"] else None,
            kvcache_quant_mode="fp8" if row["kv_bytes"] < 2 else "bfloat16",
        ), row)  # fmt: skip
        first, between = float(found.ttft), float(found.tpot)
        batch = found.batch_size * row["dp"]
        rate = batch * row["output"] / (first + (row["output"] - 1) * between) * 1000
        return {"first": first, "between": between, "rate": rate}

    return ask


def fitting(estimate: Callable[[int], Any], row: Row) -> Any:
    """Estimate at the row's batch; where a saturated row's does not fit by the peer's own account, at half of it."""
    batch = max(1, round(row["batch"] / row["dp"]))
    while True:
        try:
            return estimate(batch)
        except RuntimeError as error:
            if "OOM" not in str(error) or row["clients"] or batch == 1:
                raise
            batch //= 2


def llm_analysis() -> Callable[[Row], dict[str, float]]:
    """Ask for one batch read and answered together, at the efficiencies its own warning recommends."""
    from llm_analysis.analysis import infer

    def ask(row: Row) -> dict[str, float]:
        if row["moe"] or row["gpu"] not in CARDS or row["precision"] not in DTYPES:
            raise NoAnswer("mixtures, cards since 2023 and four-bit products are not known to it")
        shape = row["shape"]
        config = {
            "name": row["model"], "num_layers": shape["layers"], "n_head": shape["heads"],
            "hidden_dim": shape["hidden"], "vocab_size": shape["vocab"], "max_seq_len": 131072,
            "num_key_value_heads": shape["kv_heads"], "num_key_value_groups": shape["heads"] // shape["kv_heads"],
            # it counts two matrices where these models have three
            "ffn_embed_dim": shape["ffn"] * 3 // 2, "expansion_ratio": shape["ffn"] * 1.5 / shape["hidden"],
        }  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.json"
            path.write_text(json.dumps(config))
            found = infer(
                model_name=str(path), gpu_name=CARDS[row["gpu"]], dtype_name=DTYPES[row["precision"]],
                log_level="ERROR", batch_size_per_gpu=max(1, round(row["batch"])), tp_size=row["tp"],
                seq_len=round(row["input"]), num_tokens_to_generate=round(row["output"]), flops_efficiency=0.6,
                hbm_memory_efficiency=0.7, kv_cache_dtype_bytes=row["kv_bytes"],
            )  # fmt: skip
        first, whole = found["prefill_latency"], found["total_latency"]
        between = (whole - first) / row["output"] * 1000
        return {"first": first * 1000, "between": between, "rate": row["batch"] * row["output"] / whole}

    return ask


def answers(ask: Callable[[Row], dict[str, float]], rows: list[Row]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in rows:
        started = time.perf_counter()
        try:
            answer: dict[str, Any] = ask(row)
        except Exception as error:  # a peer may fail in any way; what it said is reported
            answer = {"why": f"{type(error).__name__}: {error}".splitlines()[0][:160]}
        found.append({**answer, "seconds": time.perf_counter() - started})
    return found


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asked = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115 peers print as they work
    result: dict[str, Any] = {}
    for name, make in (("aiconfigurator", aiconfigurator), ("llm-analysis", llm_analysis)):
        try:
            result[name] = answers(make(), asked)
        except ImportError as error:
            result[name] = str(error)
    json.dump(result, out)
