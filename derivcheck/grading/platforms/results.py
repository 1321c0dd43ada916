"""The result files that platforms want besides gradebooks, each written when there is something to say."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from derivcheck.grading import feedback_markdown
from derivcheck.grading.marks import Graded
from derivcheck.grading.platforms import gradescope, nbgrader, prairielearn
from derivcheck.grading.submissions import Submission
from derivcheck.grading.writing import write
from derivcheck.usage import UsageError


@dataclass(slots=True)
class Platforms:
    """Where results go: files of Gradescope and PrairieLearn, which are about one submission, and a table of nbgrader on an
    assignment."""

    gradescope: Path | None = None
    prairielearn: Path | None = None
    nbgrader: Path | None = None
    assignment: str = ""
    _rows: list[str] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)

    def begin(self, submissions: int) -> None:
        """Leave a word where a grader that is killed would leave none; raises ``UsageError`` for more submissions than one."""
        if submissions != 1 and (self.gradescope or self.prairielearn):
            raise UsageError(f"results.json of Gradescope or PrairieLearn is about one submission, and there are {submissions}")
        if self.gradescope:
            write(self.gradescope, gradescope.unfinished())

    def add(self, submission: Submission, graded: Graded) -> None:
        """Write the results of one submission."""
        if self.gradescope or self.prairielearn:
            feedback = feedback_markdown.text(graded, "Feedback")
            if self.gradescope:
                seconds = round(time.monotonic() - self._started, 1)
                write(self.gradescope, gradescope.results(graded, feedback, feedback_format="md", execution_time=seconds))
            if self.prairielearn:
                write(self.prairielearn, prairielearn.results(graded, feedback))
        if self.nbgrader:
            self._rows += list(nbgrader.table([(submission.identity, graded)], self.assignment))[1:]

    def finish(self) -> None:
        """Write what is about the class."""
        if self.nbgrader:
            write(self.nbgrader, "".join((*nbgrader.table([], self.assignment), *self._rows)).encode())
