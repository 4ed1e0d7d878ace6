"""What an editor publishes of the results: dated, numbered, never changed."""
