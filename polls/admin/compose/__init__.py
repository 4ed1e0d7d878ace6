"""One page on which an editor composes a whole consultation: text, statements, questions, times."""
