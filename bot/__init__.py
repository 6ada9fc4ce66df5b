"""Amparo: curated answers for immigrant-rights hotlines, on Telegram."""

import os

# Before numpy is loaded. The products here are small: a second thread of the linear algebra only waits in a loop, and
# with the encoder took half of the processor's time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
