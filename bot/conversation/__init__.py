"""What to say: pure functions from a message and a session to a reply and a session."""
