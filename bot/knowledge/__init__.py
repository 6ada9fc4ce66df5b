"""What we know: curated content and its translations, loaded and checked once."""
