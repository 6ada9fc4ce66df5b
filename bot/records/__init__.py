"""What is remembered: counts, never people and never texts."""
