"""British days and times, as newspapers in Europe print them; Django's own English is American."""

DATE_FORMAT = "j F Y"  # 28 November 2026
DATETIME_FORMAT = "j F Y, H:i"  # 28 November 2026, 18:40
