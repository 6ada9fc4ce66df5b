"""Amparo: curated answers for immigrant-rights hotlines, on Telegram."""

__version__ = "0.1.0"
