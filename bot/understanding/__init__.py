"""What is meant: the language, the state and the question of a message. Knows no subject."""
