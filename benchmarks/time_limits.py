"""Whether any step takes longer than it may: nasty steps of every kind, each in a file of its own, judged by one process.

    python benchmarks/time_limits.py [--timeouts 0.5 1 3] [--over 0.2] [--only KIND] [--all]

The time of a step is that of the whole run on its file, less that of a run on a step that takes none: what it costs to end a
process and to begin another is in it.  What exceeds its limit by more than ``--over`` seconds is printed, and what was cut short
(it takes longer where more time is allowed) without a verdict and without a word on the limit; the exit status is 1 where there
is any.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from derivcheck.running.means import Means
from derivcheck.running.report import StepReport
from derivcheck.running.run import judge
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Text

SYMBOLS = """
  x, y, z, a, b, c, d: real
  p, q: positive
  n, m, k: natural
  V, N: size
  u, v: vector(N)
  A, B: matrix(N, N)
  f, g: function(real) -> real
"""


def _nested(outer: str, inner: str, depth: int) -> str:
    """A text put into another, again and again; ``@`` is where it goes."""
    for _ in range(depth):
        inner = outer.replace("@", inner)
    return inner


def _matrix(size: int, entry: str) -> str:
    """A square matrix; ``{i}`` and ``{j}`` in an entry are its row and column."""
    rows = (", ".join(entry.format(i=i, j=j) for j in range(1, size + 1)) for i in range(1, size + 1))
    return "[" + ", ".join(f"[{row}]" for row in rows) + "]"


def _summed(terms: Sequence[str]) -> str:
    return " + ".join(terms)


POWERS = [
    ("(x + y + z)**60", "(x + y + z)**59*(x + y + z) + 1"),
    ("(x + y + z + a + b)**25", "(x + y + z + a + b)**24*(x + y + z + a + b)"),
    ("(1 + x)**4000", "(1 + x)**4001/(1 + x)"),
    ("10**10**8", "10**10**8 + 1"),
    ("2**(3**(4**x))", "2**(3**(4**x)) + 10**(-50)"),
    ("(x**1000 - 1)/(x - 1)", "sum(x**j, j in 0..999)"),
    ("factorial(100000)", "factorial(99999)*100001"),
    ("prod(x - j, j in 1..200)", "prod(x - 201 + j, j in 1..200)"),
]
NESTS = [
    (_nested("sqrt(1 + @)", "x**2", 40), _nested("sqrt(1 + @)", "x**2 + 1", 40)),
    (_nested("sin(@ + 1)", "x", 30), _nested("sin(1 + @)", "x + 10**(-9)", 30)),
    (_nested("1/(1 + @)", "x", 45), _nested("1/(@ + 1)", "x", 44)),
    (_nested("exp(@)", "x", 12), _nested("exp(@)", "x", 11)),
    (_nested("abs(@ - 1)", "x", 25), "abs(x)"),
    (f"diff({_nested('sin(x*@)', 'x', 12)}, x)", "0"),
    (f"diff({_nested('f(@ + g(@))', 'x', 7)}, x, 3)", "0"),
    (_nested("max(@, min(@, 1))", "x", 7), "x"),
]
SUMS = [
    (_nested("sum(@*x**j, j in 1..n)", "y", 6), "y"),
    ("sum(sum(sum(sin(i*j*k*x), i in 1..n), j in 1..n), k in 1..n)", "0"),
    ("sum(binomial(n, j)**3, j in 0..n)", "sum(binomial(n, j)**2*binomial(2*j, n), j in 0..n) + 1"),
    ("sum(sum(u[i]*v[j]*exp(u[i]*v[j]), i in 1..N), j in 1..N)", "sum(sum(u[j]*v[i]*exp(u[j]*v[i]), i in 1..N), j in 1..N) + 1"),
    ("sum(1/(j**2 + x**2), j in 1..oo)", "(pi*x*cosh(pi*x)/sinh(pi*x) - 1)/(2*x**2)"),
    ("sum(sin(j)/j, j in 1..oo)", "(pi - 1)/2"),
    ("sum(1/j**3, j in 1..oo)", "1.2020569"),
    ("sum(floor(sqrt(j)), j in 1..100000)", "21000000"),
]
INTEGRALS = [
    ("integrate(exp(sin(x**2))*log(1 + x**4), x)", "exp(x)"),
    ("integrate(sqrt(tan(x)), x)", "log(sin(x) + cos(x))"),
    ("integrate(integrate(integrate(exp(-x*y*z), x in 0..1), y in 0..1), z in 0..1)", "1"),
    ("integrate(sin(x**2)/x*exp(-x), x in 0..oo)", "pi/4"),
    ("integrate(1/(x**7 + x + 1), x in 0..oo)", "pi/7"),
    ("integrate(log(x)**5*sin(x)**3/(1 + x**2), x in 1..2)", "1"),
    ("integrate(sin(1/x), x in 0..1)", "1/2"),
    ("integrate(abs(sin(100*x)), x in 0..10)", "6.36"),
    ("integrate(1/(a*x**4 + b*x**2 + c), x in 0..1)", "a + b + c"),
    ("integrate(x**n*exp(-x), x in 0..oo)", "factorial(n) + 1"),
    (_nested("integrate(exp(x*@), x in 0..x)", "x", 5), "x"),
]
LIMITS = [
    ("limit((tan(sin(t)) - sin(tan(t)))/(asin(atan(t)) - atan(asin(t))), t -> 0)", "1"),
    ("limit((1 + 1/t)**(t**2)/exp(t), t -> oo)", "exp(1/2)"),
    ("limit(sin(t)**t, t -> oo)", "0"),
    ("limit(limit(limit((a**t - b**s)/(t + s + r), t -> 0), s -> 0), r -> 1)", "0"),
    (f"limit({_nested('exp(@/(1 + t))', 't', 8)}, t -> oo)", "1"),
    ("sin(x)*cos(x)*exp(x)/(1 + x**2)**20", "x + x**2 + O(x**60)"),
    ("limit(log(log(log(t)))/log(log(t)), t -> oo)", "1"),
]
SYSTEMS = [
    ("x**3 + y**3 + z**3 = 3*a*x*y*z and x*y + y*z + z*x = b and x + y + z = c", "x = y and y = z"),
    ("x**7 + y**5 - z**3 = 1 and x*y*z = 2 and x**2 + y**2 + z**2 = 9", "x = 1"),
    ("x**5*y - y**5*z + z**5*x > 0 and x**2 + y**2 + z**2 < 1", "x*y*z > 0"),
    ("exp(x) + sin(x) = 3*x and x > 0", "x = 1"),
    ("sqrt(x + sqrt(y + sqrt(z))) = sqrt(z) and x*y = z**3", "x = z"),
    (" and ".join(f"x**{k} + y**{k + 1} + z**{k + 2} >= a*x*y" for k in range(2, 12)), "x >= y"),
]
INEQUALITIES = [
    ("x**6 + y**6 + z**6 + a**6 + b**6 + c**6", "<=", "6*x*y*z*a*b*c"),
    ("(x**2 + y**2 + z**2)**2 - 3*(x**3*y + y**3*z + z**3*x)", ">=", "0"),
    ("x**4*y**2 + x**2*y**4 + z**6 - 3*x**2*y**2*z**2", ">=", "0"),
    ("sin(x)*cos(y)*sin(z)", "<=", "x*y*z + 1"),
]
IDENTITIES = [
    (_summed([f"sin({j}*x)" for j in range(1, 40)]), "sin(20*x)*sin(39*x/2)/sin(x/2)"),
    ("atan(1/2) + atan(1/5) + atan(1/8) + asin(x) + acos(x)", "3*pi/4"),
    ("cbrt(sqrt(108) + 10) - cbrt(sqrt(108) - 10) + sqrt(2 + sqrt(3)) - (sqrt(6) + sqrt(2))/2", "2"),
    ("gamma(x)*gamma(1 - x)*sin(pi*x)", "pi*1.0000001"),
    ("sqrt(x**2 + sqrt(x**4 + sqrt(x**8 + 1)))", "x*sqrt(1 + sqrt(1 + sqrt(1 + x**(-8))))"),
    ("log(gamma(x + 3)/gamma(x))", "log(x) + log(x + 1) + log(x + 2)"),
    ("acosh(2*x**2 + 1) + asinh(x) - log(x + sqrt(x**2 + 1))", "2*asinh(x)"),
    ("prod(2*cos(pi*j/101), j in 1..50)", "1"),
    ("cos(pi/17) + cos(3*pi/17) + cos(9*pi/17) + cos(27*pi/17)", "(1 + sqrt(17))/4"),
    ("(sin(x)**8 + cos(x)**8)*(tan(x)**6 + cot(x)**6)", "(1 - 4*sin(x)**2*cos(x)**2)*(sec(x)**4 + csc(x)**4)"),
]
MATRICES = [
    (f"det({_matrix(9, 'x**{i} + y*{j} + {i}*{j}')})", "0"),
    (f"det({_matrix(7, '1/(x + {i} + {j})')})", "1"),
    (f"inv({_matrix(6, 'x*{i} + {j}**2 + {i}**3')})[1, 1]", "x"),
    (f"tr({_matrix(6, 'x + {i}*{j}')}**40)", "0"),
    ("inv(A + B)", "inv(A) - inv(A) @ inv(inv(A) + inv(B)) @ inv(B)"),
    ("tr(A @ B @ A @ B @ A @ B @ A.T @ B.T)", "tr(B.T @ A @ B @ A @ B @ A @ B @ A.T)"),
]
WRONG = [
    ("(x + y)**8*(z - a)**6/(1 + b**2)", "(x + y)**8*(z + a)**6/(1 + c**2)"),
    ("sin(x + y + z)*cos(a - b)*exp(c*d)", "sin(x - y + z)*sin(a - b)*exp(c + d)"),
    (_summed([f"x**{j}*y**{20 - j}*{j + 1}" for j in range(20)]), _summed([f"x**{j}*y**{20 - j}*{j + 2}" for j in range(20)])),
    ("diff(exp(sin(x*y))*log(1 + x**2*z**2)/(1 + f(x)), x)", "exp(cos(x*y))*log(1 + x*z**2)/(1 + f(x))**2"),
    ("sum(exp(u[i]*v[i])/sum(exp(u[j]), j in 1..N), i in 1..N)", "sum(exp(u[i]*v[1])/sum(exp(u[j]), j in 1..N), i in 1..N)"),
    ("diff(dot(u, A @ B @ u)/norm(A @ u), u)", "(A @ B + B @ A) @ u/norm(A @ u)"),
    ("integrate(x**3*exp(2*x)*sin(3*x), x)", "exp(2*x)*(x**3*sin(3*x) - x**2*cos(3*x))"),
    ("sqrt((x - 3)*(x - 5)*(x - 7)*(x - 9))", "sqrt(x - 3)*sqrt(x - 5)*sqrt(x - 7)*sqrt(x - 9) + x"),
]


@dataclass(frozen=True, slots=True)
class Nasty:
    """A step that takes long, by its kind."""

    kind: str
    left: str
    relation: str
    right: str

    def source(self, number: int) -> Text:
        """A file of this one step."""
        text = f"symbols:{SYMBOLS}steps:\n  - {self.left!r}\n  - {f'{self.relation} {self.right}'!r}\n"
        return Text(f"{self.kind}{number}.yaml", text.encode(), True)


def nasty_steps() -> Iterator[Nasty]:
    """All of them."""
    tables = {
        "power": POWERS, "nest": NESTS, "sum": SUMS, "integral": INTEGRALS, "limit": LIMITS, "identity": IDENTITIES,
        "matrix": MATRICES, "wrong": WRONG,
    }
    for kind, table in tables.items():
        yield from (Nasty(kind, left, "=", right) for left, right in table)
    for left, right in SYSTEMS:
        yield from (Nasty("system", left, link, right) for link in ("<=>", "=>"))
    yield from (Nasty("inequality", *step) for step in INEQUALITIES)


def judged(source: Text, timeout: float) -> tuple[float, StepReport]:
    """The seconds of a run on one file with one worker, and what was said of its last step."""
    started = time.monotonic()
    (file,) = judge([source], Settings(timeout=timeout), Means(1)).files
    if not file.derivations:
        raise ValueError(f"{source.data.decode()}: {file.findings}")
    return time.monotonic() - started, file.derivations[0].steps[-1]


def timed(steps: Sequence[Nasty], timeout: float) -> Iterator[tuple[Nasty, float, StepReport]]:
    """Each step with its seconds beyond what a run on a step that takes none needs, and what was said of it."""
    nothing = Nasty("nothing", "x", "=", "x").source(0)
    judged(nothing, timeout)
    starting = median(judged(nothing, timeout)[0] for _ in range(5))
    for number, step in enumerate(steps):
        seconds, said = judged(step.source(number), timeout)
        yield step, seconds - starting, said


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--timeouts", type=float, nargs="+", default=[0.5, 1.0, 3.0])
    parser.add_argument("--over", type=float, default=0.2)
    parser.add_argument("--only")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    steps = [step for step in nasty_steps() if options.only in {None, step.kind}]
    bad = False
    free: dict[Nasty, float] = {}
    for timeout in sorted(options.timeouts, reverse=True):
        found = list(timed(steps, timeout))
        worst = max(seconds - timeout for _, seconds, _ in found)
        print(f"timeout {timeout:g} s: {len(found)} steps, {sum(s for _, s, _ in found):.1f} s, the worst is {worst:+.2f} s over")
        for step, seconds, said in found:
            over = seconds > timeout + options.over
            cut = free.setdefault(step, seconds) > max(timeout, 1.2 * seconds)
            silent = cut and said.verdict == "undecided" and said.limit is None
            wrong = over or silent or said.verdict in {"conflict", "invalid"}
            bad = bad or wrong
            if options.all or wrong:
                mark = "over" if over else "silent" if silent else ""
                words = f"{step.kind:10} {seconds:6.2f} s {mark:6} {said.verdict} {said.limit or ''} {said.reason or ''}"
                print(f"  {words[:150]}\n      {step.left[:70]}  {step.relation}  {step.right[:60]}")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
