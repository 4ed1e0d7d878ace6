"""French days and times with the spaces that French sets; the first of a month is the "1er" by
`polls.lib.numbers`, which a format can’t say."""

DATE_FORMAT = "j\u00a0F Y"  # 28 novembre 2026
DATETIME_FORMAT = "j\u00a0F Y à\u00a0G\u202f\\h\u202fi"  # 28 novembre 2026 à 18 h 40
