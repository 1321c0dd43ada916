"""Answers to the questions of a key: bound to what the key declares, judged, and compared with what it asks for."""
