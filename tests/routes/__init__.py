"""Who owns a message: worlds, and a judge of every answer."""
