"""Names for remarks by which other systems know them again when the lines above them have changed."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from derivcheck.reports.remarks import Remark, relative


class Fingerprints:
    """The fingerprints of one report, each given once.

    One is made of the file, the derivation and what the author wrote, never of a line number; of remarks that have all that in
    common the second is told from the first by their order.
    """

    def __init__(self) -> None:
        self._given: Counter[bytes] = Counter()

    def of(self, remark: Remark) -> str:
        """The next remark's fingerprint."""
        step, derivation = remark.step, remark.derivation
        written = (step.case or "", step.relation or "", step.text) if step else ("", "", remark.excerpt.strip())
        parts = (relative(remark.path), derivation.name if derivation else "", remark.code, *written)
        made = _digest(*parts)
        self._given[made] += 1
        count = self._given[made]
        return (_digest(made.hex(), str(count)) if count > 1 else made).hex()


def _digest(*parts: str) -> bytes:
    """Of parts that cannot run into each other."""
    told = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(told.encode("utf-8", "surrogatepass")).digest()[:16]
