"""Raw declarations: what the C headers declare, and nothing else. No ownership, no errors, no conveniences."""
