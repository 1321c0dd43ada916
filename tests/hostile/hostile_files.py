"""Files made to do harm, each with what must be said of it: a diagnostic's code, or the verdicts that its steps may have.

What would be huge is written as an expression.  ``NOT_READ`` stands for files about which nothing is decided.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

DECIDED = frozenset({"proved", "checked", "refuted"})
ANY = DECIDED | {"undecided"}
"""Verdicts that a readable claim may get, true or false: what matters is that it gets one in time."""
UNPROVED = frozenset({"checked", "refuted", "undecided", "invalid"})
"""Verdicts that a false claim may get."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One file; expected: a diagnostic's code, after which no step has been decided, or the verdicts that steps may have."""

    name: str
    file: str
    data: bytes
    expected: str | frozenset[str]


def symbols(*more: str) -> str:
    """Declarations of a few names, and more."""
    entries = ("x, y, a, b: real", "n: size", "i, j: index(n)", "v, w: vector(n)", "A: matrix(n, n)", "p: positive",
               "'f, g': function(real) -> real", "r: real[n]", "k, l: integer", *more)
    return "symbols:\n" + "".join(f"  {entry}\n" for entry in entries)


def yaml_step(text: str, *more: str) -> str:
    """A file whose only step to judge is the text."""
    return f"{symbols(*more)}steps: |\n  x\n  = {text}\n"


def claim(left: str, right: str, *more: str) -> str:
    """A file of the step from ``left`` to ``right``."""
    return f"{symbols(*more)}steps: |\n  {left}\n  = {right}\n"


def defined(pairs: dict[str, str], left: str, right: str) -> str:
    """A file of one step under definitions of real numbers."""
    names = "\n  ".join(f"{name}: real" for name in pairs)
    body = "".join(f"  {name}: {text}\n" for name, text in pairs.items())
    return f"symbols:\n  x: real\n  {names}\ndefine:\n{body}steps: |\n  {left}\n  = {right}\n"


def markdown(body: str) -> str:
    """A document with a header."""
    return f"<!-- derivcheck\n{symbols()}-->\n{body}\n"


def tex(body: str) -> str:
    """A TeX file with a header."""
    return "% derivcheck:\n" + "".join(f"% {line}\n" for line in symbols().splitlines()) + body + "\n"


def notebook(source: object, **more: object) -> str:
    """A notebook with a header and a further cell."""
    cells = [{"cell_type": "markdown", "source": [markdown("")]}, {"cell_type": "markdown", "source": source}]
    return json.dumps({"cells": cells, "nbformat": 4, **more})


GOOD = "$$x = x$$"
MANY = 100_000

YAML = [
    ("billion laughs",
     "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{b}, *{b}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True)), "yaml"),
    ("an alias to itself", "steps: &a [*a]\n", "yaml"),
    ("an alias without an anchor", "steps: *a\n", "yaml"),
    ("many anchors", "".join(f"a{n}: &a{n} x\n" for n in range(10_000)), "yaml"),
    ("a merge key", "<<: {steps: x}\n", "yaml"),
    ("a nested merge key", "symbols: {<<: {x: real}}\nsteps: x\n", "yaml"),
    ("a Python object", "steps: !!python/object/apply:os.system ['touch hacked']\n", "yaml"),
    ("a Python name", "steps: !!python/name:os.system x\n", "yaml"),
    ("a Python module", "steps: !!python/module:antigravity x\n", "yaml"),
    ("a binary value", "steps: !!binary eA==\n", "yaml"),
    ("a tag of one's own", "%TAG ! tag:evil,2024:\n---\nsteps: !x x\n", "yaml"),
    ("a tag of a URL", "steps: !<http://127.0.0.1/x> x\n", "yaml"),
    ("another version", "%YAML 9.9\n---\nsteps: x\n", "yaml"),
    ("flow sequences without end", "steps: " + "[" * MANY, "too-large"),
    ("flow mappings without end", "steps: " + "{a: " * MANY, "too-large"),
    ("block sequences in one line", "- " * MANY, "too-large"),
    ("block mappings in depth", "".join(" " * n + "a:\n" for n in range(1200)), "too-large"),
    ("keys of keys", "? " * MANY, "too-large"),
    ("a key that is a list", "? [a, b]\n: x\n", "yaml"),
    ("a long title", "title: " + "x" * 900_000 + "\n" + claim("x", "x"), frozenset({"proved"})),
    ("a title of spaces in quotes", 'title: "' + " " * 900_000 + '"\n' + claim("x", "x"), frozenset({"proved"})),
    ("a comment of spaces", claim("x", "x") + "note: x" + " " * 900_000 + "y\n", frozenset({"proved"})),
    ("a file of line ends", "\n" * 990_000 + "steps: *a", "yaml"),
    ("one byte too many", claim("x", "x") + "#" * 1_000_000, "too-large"),
    ("distinct keys", "".join(f"key{n}: 1\n" for n in range(MANY)), "too-large"),
    ("equal keys", "steps: x\n" * MANY, "too-large"),
    ("a duplicate key", "steps: x\nsteps: y\n", "duplicate-key"),
    ("a key twice with another escape", 'steps: x\n"st\\x65ps": y\n', "duplicate-key"),
    ("a symbol twice", "symbols: {x: real}\n" + claim("x", "x"), "duplicate-key"),
    ("many symbols", "symbols:\n" + "".join(f"  x{n}: real\n" for n in range(60_000)) + "steps: x1\n", "too-large"),
    ("a long key", "a" * 2000 + ": x\n", "yaml"),
    ("many names of one type",
     "symbols:\n  ? " + ",".join(f"x{n}" for n in range(MANY)) + "\n  : real\nsteps: x1\n", "too-large"),
    ("names of a long type", "symbols:\n  ? " + "a," * 200_000 + "b\n  : '" + "vector(" * 50_000 + "'\nsteps: x\n", "too-large"),
    ("900 names of a long type", "symbols:\n  ? " + ",".join(f"x{n}" for n in range(900)) + "\n  : '"
     + "vector(" * 14_000 + "'\nsteps: x1\n", "too-large"),
    ("many definitions", "define:\n" + "".join(f"  x{n}: x\n" for n in range(60_000)) + "steps: x1\n", "too-large"),
    ("many assumptions", symbols() + "assume:\n" + "  - x > 0\n" * 80_000 + "steps: |\n  x\n  = x\n", "too-large"),
    ("many derivations", "derivations:\n" + "".join(f"  d{n}: {{steps: x}}\n" for n in range(40_000)), "too-large"),
    ("declarations times derivations", symbols(*(f"x{n}{'x' * 90}: real" for n in range(900)))
     + "derivations:\n" + "".join(f"  d{n}: {{steps: x}}\n" for n in range(900)), "too-large"),
    ("many steps", symbols() + "steps: |\n  x\n" + "  = x\n" * 150_000, "too-large"),
    ("many steps on one line", symbols() + "steps: [x" + ", '= x'" * 130_000 + "]\n", "too-large"),
    ("many steps in cases", symbols() + "steps: x\ncases:\n" + "  - {when: x > 0, steps: '= x'}\n" * 20_000, "too-large"),
    ("many marks", symbols() + "steps: |\n  x\n  = x #! wrong\n" + "    + 1 #! wrong\n" * 20_000, "bad-expectation"),
    ("two documents", "steps: x\n---\nsteps: y\n", "yaml"),
    ("a tab", "steps:\n\t- x\n", "yaml"),
    ("a NUL", "steps: x\0\n", "yaml"),
    ("a NUL in an escape", symbols() + 'steps: ["x", "= x\\0"]\n', "syntax"),
    ("an escape character", "title: \x1b[2J\nsteps: x\n", "yaml"),
    ("a C1 control", "title: \x9b2J\nsteps: x\n", "yaml"),
    ("a bell", "title: \x07\nsteps: x\n", "yaml"),
    ("a byte-order mark", "\ufeff" + claim("x", "x"), frozenset({"proved"})),
    ("two byte-order marks", "\ufeff\ufeff" + claim("x", "x"), frozenset({"proved"})),
    ("a byte-order mark in a step", claim("x", "\ufeffx"), "syntax"),
    ("lines ended by CR", claim("x", "x + 1").replace("\n", "\r"), frozenset({"refuted"})),
    ("lines ended by U+0085", symbols() + "steps: |\n  x\x85  = x + 1\n  = x\n", "yaml"),
    ("lines ended by U+2028", symbols() + "steps: |\n  x\u2028  = x + 1\n  = x\n", "yaml"),
    ("lines ended by U+2029", symbols() + "steps: |\n  x # a\u2029  = x\n", "yaml"),
    ("a surrogate in an escape", symbols() + 'steps: ["x", "= x\\ud800"]\n', "yaml"),
    ("a character beyond Unicode", 'steps: "\\U00110000"\n', "yaml"),
    ("a directive of spaces", "%" + " " * 500_000 + "\n---\nsteps: x\n", "yaml"),
    ("900 names of a wrong type",
     "symbols:\n  ? " + ", ".join(f"x{n}" for n in range(900)) + "\n  : rael\nsteps: x1\n", "unknown-type"),
    ("a long size", "symbols:\n  v: vector(1e9000)\n  w: vector(2)\nsteps: |\n  v\n  = v + w\n", "shape"),
]

BYTES = [
    ("half a UTF-8 character", b"steps: x\xe2\x82", "unreadable-file"),
    ("an overlong slash", b"steps: x\xc0\xaf", "unreadable-file"),
    ("a surrogate in UTF-8", b"steps: x\xed\xa0\x80", "unreadable-file"),
    ("UTF-16", claim("x", "x").encode("utf-16"), "unreadable-file"),
    ("UTF-32", claim("x", "x").encode("utf-32"), "unreadable-file"),
    ("zeros", b"\0" * 900_000, "yaml"),
    ("0xff", b"\xff" * 900_000, "unreadable-file"),
    ("a program", b"\x7fELF\x02\x01\x01\0\0\0\0\xff", "unreadable-file"),
]

UNREADABLE_STEPS = [
    # the right side of a step, and the code
    ("__import__('os').system('touch hacked')", "syntax"), ("eval(x)", "undeclared-name"), ("exec(x)", "undeclared-name"),
    ("open(x)", "undeclared-name"), ("x.__class__", "syntax"), ("x.T.__class__.__bases__[0]", "syntax"),
    ("().__class__", "syntax"), ("lambda x: x", "syntax"), ("import os", "ambiguous"), ("[x for x in 1..2]", "ambiguous"),
    ("f'{x}'", "syntax"), ("{x}", "syntax"), ("{0.__class__}", "syntax"), ("%s%n%x", "syntax"), ("${HOME}", "syntax"),
    ("`id`", "syntax"), ("x; x", "syntax"), ("x := 1", "syntax"), ("$(touch hacked)", "syntax"), ("x | y", "syntax"),
    ("x\\x1b[2J", "syntax"), ("globals()", "undeclared-name"), ("__builtins__", "undeclared-name"), ("_", "undeclared-name"),
    ("x()", "ambiguous"), ("sum(x)", "syntax"), ("'x'", "syntax"), ('"x"', "syntax"), ("x @@ y", "syntax"), ("=x", "syntax"),
    ("1" * 10**6, "too-large"), ("0." + "1" * 10**5, "too-large"), ("1e" + "9" * 900, "too-large"), ("1e10001", "too-large"),
    ("1_000", "undeclared-name"), ("0x10", "undeclared-name"), ("1.", "syntax"), ("nan", "undeclared-name"),
    ("inf", "undeclared-name"), ("Infinity", "undeclared-name"),
    ("(" * 50_000, "too-large"), ("[" * 50_000, "too-large"), ("f(" * 30_000, "too-large"), ("-" * 50_000 + "x", "too-large"),
    ("not " * 20_000 + "x", "too-large"), ("2" + "**2" * 20_000, "too-large"), ("1/" * 20_000 + "x", "too-large"),
    ("A" + ".T" * 20_000, "too-large"), ("x" + "!" * 50_000, "too-large"), ("v" + "[i]" * 20_000, "too-large"),
    ("f" + "'" * 90_000 + "(x)", "too-large"), ("x" * 90_000, "too-large"), ("x + " * 25_000 + "x", "too-large"),
    ("sum(" * 200 + "x" + ", c in 1..n)" * 200, "too-large"), ("diff(" * 200 + "x" + ", x)" * 200, "too-large"),
    ("sum(x" + ", c in 1..n" * 5_000 + ")", "too-large"), ("diff(x" + ", x" * 5_000 + ")", "too-large"),
    ("diff(x, x, 1000000000)", "too-large"), ("cases(" * 200 + "x" + " otherwise)" * 200, "too-large"),
    ("integrate(" * 200 + "x" + ", x)" * 200, "too-large"), ("limit(" * 200 + "x" + ", x -> 0)" * 200, "too-large"),
    # letters
    ("\u202ex", "syntax"), ("x\u202e + y", "syntax"), ("x\u2066y\u2069", "syntax"), ("x\u200bx", "syntax"),
    ("x\u200dx", "syntax"),
    ("x\u2060y", "syntax"), ("x\u00ady", "syntax"), ("\u0445", "syntax"), ("\u03bf", "syntax"), ("\uff58", "syntax"),
    ("\uff11", "syntax"), ("\u0661", "syntax"), ("x\u00b2", "syntax"), ("x\u2080", "syntax"), ("\u212b", "syntax"),
    ("\ufb01", "syntax"), ("x" + "\u0301" * 50_000, "syntax"), ("e\u0301", "syntax"), ("\u3164", "syntax"),
    ("\U0001d465", "syntax"),
    ("x\u037e y", "syntax"), ("x\uff1dy", "syntax"), ("x\u2212y", "syntax"), ("x\u2215y", "syntax"), ("x\u2044y", "syntax"),
    ("\U000e0078", "syntax"), ("\ue000", "syntax"), ("\ufffd", "syntax"), ("\ufdd0", "syntax"), ("x\u180ey", "syntax"),
    ("x\u0335", "syntax"), ("\u05d0", "undeclared-name"), ("\u0130", "undeclared-name"), ("\u1e9e", "undeclared-name"),
]

HARD_CLAIMS = [
    # left, right, the verdicts that are allowed
    ("10**(10**10)", "1", UNPROVED), ("x**9**9**9**9", "x", UNPROVED), ("2**(10**18)", "3**(10**17)", UNPROVED),
    ("10**5000", "10**5000 + 1", UNPROVED), ("10**5000", "10**4999 * 10", ANY), ("1e10000", "1e10000 + 1", UNPROVED),
    ("1e-10000", "0", UNPROVED), ("7" * 1000, "7" * 999 + "8", UNPROVED), ("1/" + "7" * 1000, "0", UNPROVED),
    ("factorial(10**18)", "1", UNPROVED), ("factorial(5000)", "1", UNPROVED),
    ("factorial(factorial(factorial(9)))", "1", UNPROVED),
    ("binomial(10**9, 5*10**8)", "1", UNPROVED), ("binomial(10**18, k)", "1", UNPROVED), ("gamma(10**15 + 1/3)", "0", UNPROVED),
    ("sum(c, c in 1..10**18)", "1", UNPROVED), ("sum(1/c, c in 1..10**18)", "1", UNPROVED),
    ("prod(c, c in 1..10**18)", "0", UNPROVED),
    ("sum(sum(c*d, c in 1..d), d in 1..10**9)", "1", UNPROVED), ("sum(x**c, c in 1..10**9)", "0", UNPROVED),
    ("sum(1, c in -10**18..10**18 if c != 0)", "0", UNPROVED), ("prod(1 + 1/c, c in 1..10**7)", "1", UNPROVED),
    ("sum(cos(c), c in 1..10**6)", "0", UNPROVED), ("det(eye(10**9))", "2", UNPROVED), ("tr(ones(10**9, 10**9))", "0", UNPROVED),
    ("norm(ones(10**6))", "1", UNPROVED), ("eye(3000)[1, 1]", "0", UNPROVED), ("unit(10**18, 10**18)[1]", "1", UNPROVED),
    ("ones(10**12)[10**11]", "2", UNPROVED), ("x**(10**9)", "x**(10**9 + 1)", UNPROVED), ("(x + y + a + b)**500", "0", UNPROVED),
    ("(1 + x)**5000", "(1 + x)**4999", UNPROVED), ("exp(exp(exp(exp(x**2))))", "0", UNPROVED), ("exp(10**30)", "1", UNPROVED),
    ("log(log(log(10**(10**9))))", "0", UNPROVED), ("sin(10**5000)", "0", UNPROVED), ("tan(10**50 + x)", "tan(x)", UNPROVED),
    ("A**(10**9)", "A", UNPROVED), ("tr(A**60)", "0", UNPROVED), ("det(A @ A.T @ A @ A.T @ A)", "0", UNPROVED),
    ("max(" + ", ".join(f"x + {c}*y" for c in range(40)) + ")", "0", UNPROVED),
    ("abs(" * 60 + "x" + " - 1)" * 60, "0", UNPROVED), ("relu(" * 60 + "x" + " - y)" * 60, "1", UNPROVED),
    ("min(x, max(y, " * 25 + "x" + "))" * 25, "y", UNPROVED), ("floor(" * 60 + "x" + "/2)" * 60, "1", UNPROVED),
    ("sqrt(" * 60 + "x**2 + 1" + ")" * 60, "0", UNPROVED), ("1/(x + " * 60 + "y" + ")" * 60, "0", UNPROVED),
    ("sin(" * 60 + "x" + ")" * 60, "x + 1", UNPROVED), ("x" + " + x" * 9_999, "x", UNPROVED), ("x" + "*y" * 9_999, "y", UNPROVED),
    ("[" + "1, " * 9_999 + "1]", "[" + "1, " * 9_999 + "2]", UNPROVED),
    ("det([" + ", ".join("[" + ", ".join(f"sin({a}*{b})" for b in range(1, 13)) + "]" for a in range(1, 13)) + "])",
     "0", UNPROVED),
    ("inv([" + ", ".join("[" + ", ".join(f"x + {a * b}" for b in range(9)) + "]" for a in range(9)) + "])[1, 1]", "0", UNPROVED),
    ("sum(" * 20 + "x" + "".join(f", c{c} in 1..n)" for c in range(20)), "0", UNPROVED),
    ("diff(" * 12 + "exp(sin(x)*cos(x))" + ", x)" * 12, "0", UNPROVED),
    ("diff(" * 16 + "x*exp(x)" + ", x)" * 16, "0", UNPROVED), ("diff(" * 38 + "sin(x)**2" + ", x)" * 38, "0", UNPROVED),
    ("diff(x**x**x**x, x, 8)", "0", UNPROVED), ("diff(f(f(f(f(x)))), x, 6)", "0", UNPROVED),
    ("integrate(exp(sin(x**5))*log(x**2 + cos(x)), x in 0..y)", "0", UNPROVED),
    ("integrate(1/(x**11 + 13*x**7 + x + 1), x)", "0", UNPROVED), ("limit(x**x**x**x, x -> 0)", "0", UNPROVED),
    ("cases(" + ", ".join(f"{c} if x > {c}" for c in range(300, 0, -1)) + ", 0 otherwise)", "1", UNPROVED),
    ("[" + " or ".join(f"x > {c}" for c in range(2000)) + "]", "0", UNPROVED),
    ("v[10**18]", "v[10**18 + 1]", UNPROVED), ("logsumexp(softmax(softmax(softmax(softmax(v)))))", "0", UNPROVED),
]


def towers() -> Iterator[tuple[str, str, str | frozenset[str]]]:
    """Definitions that need each other."""
    yield "a circle of two", defined({"c": "d + 1", "d": "c + 1"}, "c", "c"), "bad-definition"
    yield "a definition of itself", defined({"c": "c"}, "c", "c"), "bad-definition"
    big = {f"c{n}": f"c{(n + 1) % 900} + 1" for n in range(900)}
    yield "a circle of 900", defined(big, "c0", "c0"), "bad-definition"
    chain = {f"c{n}": f"c{n + 1} + 1" for n in range(500)} | {"c500": "x"}
    yield "a chain of 500", defined(chain, "c0", "x"), UNPROVED
    for depth in (30, 300):
        doubling = {f"c{n}": f"c{n + 1}*c{n + 1} + c{n + 1}" for n in range(depth)} | {f"c{depth}": "x"}
        yield f"{depth} definitions that double", defined(doubling, "c0", "x"), UNPROVED
    body = "".join(f"  f{n}(t): f{n + 1}(f{n + 1}(t))\n" for n in range(40))
    names = ", ".join(f"f{n}" for n in range(41))
    yield "functions that double", (f"symbols:\n  x: real\n  {names}: function(real) -> real\ndefine:\n{body}"
                                    "  f40(t): t + 1\nsteps: |\n  f0(x)\n  = x\n"), UNPROVED
    doubling = {f"c{n}": f"c{n + 1}*c{n + 1}" for n in range(60)} | {"c60": "x"}
    yield "doubled definitions for SymPy", defined(doubling, "integrate(c0, x)", "integrate(c0, x) + 1"), UNPROVED
    yield "a function of itself", ("symbols: {x: real, f: function(real) -> real}\ndefine:\n  f(t): f(t - 1)\n"
                                   "steps: |\n  f(x)\n  = x\n"), "bad-definition"
    yield "a size that needs itself", "symbols:\n  x: vector(x)\nsteps: x\n", "undeclared-name"
    yield "types in a circle", "symbols:\n  m: index(l)\n  l: index(m)\nsteps: m\n", "undeclared-name"


def documents() -> Iterator[tuple[str, str, str, str | frozenset[str]]]:
    """Markdown and TeX."""
    fences = "".join("`" * n + "\n" for n in range(3, 1200))
    yield "fences in fences", "a.md", f"{fences}```derivcheck\nsteps: x\n", "no-derivation"
    yield "an open fence", "a.md", "```derivcheck\n" + claim("x", "x"), "syntax"
    yield "an open comment", "a.md", f"<!-- derivcheck\n{symbols()}\n{GOOD}\n", "syntax"
    yield "fences of bombs", "a.md", "```derivcheck\nsteps: &a [*a]\n```\n" * 2000, "too-large"
    yield "a header of bombs", "a.md", "<!-- derivcheck\nsymbols: {<<: &a x}\n-->\n" + GOOD, "yaml"
    yield "quotations in depth", "a.md", markdown("> " * 200_000 + GOOD), frozenset({"proved"})
    yield "quotations and displays", "a.md", markdown("> " * 100_000 + "$$x=x$$ " * 60_000), "too-large"
    yield "items in depth", "a.md", markdown("- " * 200_000 + "\n\n" + GOOD), frozenset({"proved"})
    yield "many displays", "a.md", markdown("$$x = x$$\n\n" * 60_000), "too-large"
    yield "one long chain", "a.md", markdown(GOOD + "\n\n$$= x$$" * 60_000), "too-large"
    yield "many headers", "a.md", "<!-- derivcheck\nsymbols: {x: real}\n-->\n" * 20_000 + GOOD, "too-large"
    yield "many marks", "a.md", markdown("%! wrong\n" * 90_000), "too-large"
    yield "a long display", "a.md", markdown("$$x = " + "x + " * 100_000 + "x$$"), "too-large"
    yield "dollars", "a.md", markdown("$" * 900_000), "too-large"
    yield "backticks", "a.md", markdown("".join("`" * (n % 900 + 1) + " " for n in range(1900))), "no-derivation"
    yield "spaces after a misspelt header", "a.md", "<!-- derivchek" + " " * 900_000 + "x -->\n", "no-derivation"
    yield "spaces after a definition", "a.md", markdown("\\def" + " " * 500_000 + "x\n" + GOOD), frozenset({"proved"})
    yield "open definitions", "a.md", markdown("\\newcommand{\\a}{" * 50_000 + "\n\n" + GOOD), frozenset({"proved"})
    yield "a script", "a.md", markdown("<script>alert(1)</script>\n\n$$x = </script><img src=x onerror=alert(1)>$$"), "syntax"
    yield "an escape in a display", "a.md", markdown("$$x = x\x1b]52;c;aGFja2Vk\x07$$"), "syntax"
    yield "a NUL in a display", "a.md", markdown("$$x = x\0$$"), "syntax"
    yield "a turned display", "a.md", markdown("$$x = \u202ex + 1\u202c$$"), "syntax"
    yield "U+2028 in a fence", "a.md", "```derivcheck\n" + claim("x", "x\u2028  = x + 1") + "```\n", "yaml"
    yield "U+2028 in a display", "a.md", markdown("$$x = x\u2028= x$$"), ANY
    for name, body in {
        "a macro of itself": "\\newcommand{\\m}{\\m}", "a macro that grows": "\\newcommand{\\m}{\\m\\m}",
        "macros in a circle": "\\newcommand{\\m}{\\mm}\\newcommand{\\mm}{\\m}",
        "macros that double": "".join(f"\\newcommand{{\\m{'m' * n}}}{{\\m{'m' * (n + 1)}\\m{'m' * (n + 1)}}}" for n in range(40)),
        "arguments that double": "".join(f"\\newcommand{{\\m{'m' * n}}}[1]{{\\m{'m' * (n + 1)}{{#1#1#1#1}}}}" for n in range(15)),
    }.items():
        yield name, "a.tex", tex(f"{body}\n\\[ x = \\m{{x}} \\]"), "too-large"
    for name, body in {
        "a file to input": "x = \\input{/etc/passwd}", "a file to include": "x = \\include{../../secret}",
        "a command of the shell": "x = \\write18{touch hacked}", "a file to open": "x = \\openin5=/etc/passwd",
        "category codes": "x = \\catcode`\\$ x", "a name made up": "x = \\csname input\\endcsname{x}",
        "a Lua program": "x = \\directlua{os.execute('touch hacked')}", "an endless loop": "x = \\loop\\iftrue\\repeat",
        "a picture": "x = \\includegraphics{/etc/passwd}", "a reference": "x = \\href{javascript:alert(1)}{x}",
        "HTML": "x = \\htmlData{a=b}{x}",
    }.items():
        yield name, "a.tex", tex(f"\\[ {body} \\]"), "undeclared-name"
    for name, body in {
        "fractions in depth": "x = " + "\\frac{1}{" * 5000 + "x" + "}" * 5000,
        "roots in depth": "x = " + "\\sqrt" * 9000 + "x", "scripts in depth": "x = x" + "^{x" * 5000 + "}" * 5000,
        "brackets in depth": "x = " + "\\left(" * 5000 + "x" + "\\right)" * 5000, "open brackets": "x = " + "(" * 50_000,
        "environments in depth": "x = " + "\\begin{cases}" * 3000, "sums in depth": "x = " + "\\sum_{c=1}^n " * 3000 + "x",
        "labels over labels": "x = " + "\\stackrel{" * 9000,
        "digits": "x = " + "1" * 90_000,
        "accents": "x = " + "\\hat" * 20_000 + "x",
    }.items():
        yield name, "a.tex", tex(f"\\[ {body} \\]"), "too-large"
    yield "matrices side by side", "a.tex", tex("\\[ A = " + "A" * 400 + " \\]"), "too-large"
    yield "many matrices side by side", "a.tex", tex("\\[ A = " + "A" * 90_000 + " \\]"), "too-large"
    yield "empty braces", "a.tex", tex("\\[ x = " + "{}" * 49_000 + "( \\]"), "syntax"
    yield "a remark of spaces", "a.tex", tex("\\[ x = x \\quad (" + " " * 90_000 + "x \\]"), "ambiguous"
    yield "letters", "a.tex", tex("\\[ x = " + "xy" * 45_000 + " \\]"), UNPROVED
    verbatim = "".join(f"\\verb{chr(0x400 + n)}" for n in range(40_000))
    yield "verbatim text that never ends", "a.tex", tex(verbatim), "no-derivation"
    yield "definitions without a body", "a.tex", tex("\\def\\a" * 150_000), "no-derivation"
    yield "comments", "a.tex", tex("%\n" * 400_000 + "\\[ x = x \\]"), frozenset({"proved"})
    yield "open displays", "a.tex", tex("\\[\n\n" * 100_000), "too-large"


def notebooks() -> Iterator[tuple[str, str, str | frozenset[str]]]:
    """Notebooks."""
    proved = frozenset({"proved"})
    yield "a huge result", notebook([GOOD], metadata={"output": "x" * 10_000_000}), proved
    yield "a long number", notebook([GOOD]).replace('"nbformat": 4', '"nbformat": ' + "9" * 10**6), proved
    yield "NaN and Infinity", notebook([GOOD], n=float("nan"), m=float("-inf")), proved
    yield "a number with a long exponent", notebook([GOOD]).replace('"nbformat": 4', '"nbformat": 1e' + "9" * 10**5), proved
    yield "many numbers", '{"metadata": [[[[' + "0," * 2_000_000 + '0]]]], "cells": []}', "no-derivation"
    yield "many texts", '{"metadata": [' + '"",' * 2_000_000 + '0], "cells": []}', "too-large"
    yield "many lines", "\n" * 10_000_000 + '{"cells": []}', "too-large"
    yield "lists in depth", '{"cells": ' + "[" * 10**6, "too-large"
    yield "objects in depth", '{"a": ' * 10**5, "too-large"
    yield "a lone surrogate", notebook(["$$x = x\ud800$$"]), "syntax"
    yield "an exchanged pair", notebook(["$$x = x\udc00\ud800$$"]), "syntax"
    yield "a NUL", notebook(["$$x = x\0$$"]), "syntax"
    yield "an escape", notebook(["$$x = x\x1b[2J$$"]), "syntax"
    yield "cells twice", '{"cells": [], "cells": []}', "no-derivation"
    yield "cells that are none", '{"cells": {"cell_type": "markdown"}}', "unreadable-file"
    yield "text that is none", notebook(17), "no-derivation"
    yield "text in depth", notebook([["x"], {"y": "z"}]), "no-derivation"
    yield "an end too early", notebook([GOOD])[:-9], "unreadable-file"
    yield "no JSON", "cells: []", "unreadable-file"
    yield "a comment", "// x\n" + notebook([GOOD]), "unreadable-file"
    yield "a text that never ends", '{"cells": "' + "\\\\" * 10**6, "unreadable-file"
    yield "escapes", notebook(["\\u0041" * 10]).replace("\\\\u0041", "\\u0041" * 30_000), "no-derivation"
    yield "too much text", notebook(["x" * 1_100_000]), "too-large"
    yield "too much of all", '{"a": "' + "x" * 50_000_001 + '"}', "too-large"
    yield "a Python program", json.dumps({"cells": [{"cell_type": "code", "source": ["open('hacked', 'w')"]}]}), "no-derivation"


def attacks() -> Iterator[Attack]:
    """Every attack."""
    for name, text, expected in YAML:
        yield Attack(f"yaml: {name}", "a.yaml", text.encode(), expected)
    for name, data, expected in BYTES:
        yield Attack(f"bytes: {name}", "a.yaml", data, expected)
    for text, expected in UNREADABLE_STEPS:
        name = text if len(text) < 40 else f"{text[:15]}…{len(text)}"
        yield Attack(f"step: {name}", "a.yaml", yaml_step(text).encode(), expected)
    for left, right, verdicts in HARD_CLAIMS:
        name = f"{left} = {right}"
        yield Attack(f"claim: {name if len(name) < 60 else name[:40] + '…'}", "a.yaml", claim(left, right).encode(), verdicts)
    for name, text, expected in towers():
        yield Attack(f"definitions: {name}", "a.yaml", text.encode(), expected)
    for name, file, text, expected in documents():
        yield Attack(f"document: {name}", file, text.encode(), expected)
    for name, text, expected in notebooks():
        yield Attack(f"notebook: {name}", "a.ipynb", text.encode(), expected)
