"""A Report as text, as one line per finding, as JSON: one module per format, none of which sees a term."""
