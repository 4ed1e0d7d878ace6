"""The moderators' desk: the queue as a list or one text a screen, a text's own page, decisions."""
