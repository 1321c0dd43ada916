"""From documents to a report: declarations read, steps judged, expectations compared."""
