"""Figures over labelled questions: what `amparo evaluate` and `amparo threshold` print."""
