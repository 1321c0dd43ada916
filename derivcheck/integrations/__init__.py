"""Where derivations are judged by tools of others."""
