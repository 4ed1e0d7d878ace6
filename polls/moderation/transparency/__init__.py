"""What moderation did, in figures: for the newsroom, and of what is closed for everybody."""
