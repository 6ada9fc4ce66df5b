"""The practice server in a process of its own, as tests of kills and faults use it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import ROOT


@contextmanager
def alone(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "bot", "practice", "--server", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def test_another_process_speaks_hears_meets_the_faults_and_reads_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    plan = "sendMessage:502-posted=1x,sendMessage:429=1x@9"
    with (
        alone("--faults", plan, "--seed", "1", "--log", str(log)) as (process, where),
        httpx.Client(trust_env=False) as client,
    ):
        said = client.post(f"{where['page']}act", json={"do": "say", "person": 1001, "text": "hola"})
        assert said.status_code == 200, said.text
        bot = f"{where['base_url']}{where['token']}"
        [update] = client.get(f"{bot}/getUpdates").json()["result"]
        assert update["message"]["text"] == "hola"
        answers = [client.post(f"{bot}/sendMessage", json={"chat_id": 1001, "text": text}) for text in "abc"]
        assert [answer.status_code for answer in answers] == [502, 429, 200]
        assert answers[1].json()["parameters"] == {"retry_after": 9}
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    posted = [entry["answer"]["result"]["text"] for entry in entries if "text" in entry["answer"].get("result", [])]
    assert posted == ["a", "c"]  # what a checker of histories sees: posted, though the bot was told otherwise
    assert [entry["fault"] for entry in entries] == [None, "502-posted", "429", None]


def test_a_plan_that_makes_no_sense_and_a_taken_port_are_said_in_one_line() -> None:
    with alone() as (_, where):
        port = where["base_url"].removesuffix("/bot").rsplit(":", 1)[1]
        for options, why in (
            (["--port", port], "in use"),
            (["--faults", "sendMesage:429=1x"], "'sendMesage' is no method"),
        ):
            command = [sys.executable, "-m", "bot", "practice", "--server", *options]
            done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
            assert done.returncode == 1
            assert why in done.stderr
            assert len(done.stderr.splitlines()) == 1
