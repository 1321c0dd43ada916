"""From files to derivations: raw texts of declarations and steps, each character with its place in the file."""
