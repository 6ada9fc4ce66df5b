"""Trying Amparo without Telegram."""
