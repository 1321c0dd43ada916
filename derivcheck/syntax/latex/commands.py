"""The table of what reads what: every command and sign that a formula may hold, and those that are refused with what to write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import NoReturn

from derivcheck.syntax.latex.brackets import CLOSING, SIGNS, between, braces, bracket, left, right
from derivcheck.syntax.latex.derivatives import fraction, gradient, partial_sign
from derivcheck.syntax.latex.environments import CONDITIONAL, OTHERWISE, environment, prose
from derivcheck.syntax.latex.identifiers import declared, font, function_of, identifier, pattern, refuse_upright
from derivcheck.syntax.latex.indicators import indicator, styled
from derivcheck.syntax.latex.means import mean
from derivcheck.syntax.latex.names import ACCENTS, Spellings, read_identifier
from derivcheck.syntax.latex.scripts import primes, scripts
from derivcheck.syntax.latex.sums import big, bound_names, integral, limit
from derivcheck.syntax.latex.tokens import OPERAND_ENDS, RELATIONS, Rule, Tokenizer
from derivcheck.syntax.latex.words import SIZES, SPACES, STYLES, read_words, shown
from derivcheck.syntax.scope import did_you_mean
from derivcheck.syntax.tokens import MAX_DIGITS, fail

TIMES = {"\\cdot": "cdot", "\\times": "times", "*": "times", "\\ast": "times", "\\odot": "odot", "\\otimes": "otimes", "/": "/",
         "\\div": "/"}
"""Signs of products and quotients, by what they do."""

FUNCTIONS = ("ln", "log", "exp", "min", "max", "det", "tr", "Tr", "arcsin", "arccos", "arctan", "sin", "cos", "tan", "cot", "sec",
             "csc", "sinh", "cosh", "tanh", "coth", "sgn")
"""Functions by their commands."""


def _number(t: Tokenizer, at: int, end: int) -> int:
    """Digits with a decimal point; ``{,}`` between them marks thousands."""
    start = at
    digits: list[str] = []
    while at < end and (t.words[at].kind == "digit" or t.words[at].is_(".")):
        point = t.words[at].is_(".")
        if digits and not t.words[at].glued and not _thousands(t, at - 3, end):
            break
        if point and ("." in digits or at + 1 >= end or t.words[at + 1].kind != "digit"):
            break
        digits.append(t.words[at].text)
        at += 4 - 1 if _thousands(t, at + 1, end) else 0
        at += 1
    text = "".join(digits)
    _check_end(t, start, at, end)
    if len(text) > MAX_DIGITS:
        fail("too-large", f"a number of more than {MAX_DIGITS} digits; write it as a power", t.words.span(start, at))
    if text == "1" and (after := indicator(t, start, at, end)) is not None:
        return after
    t.emit("NUMBER", f"0{text}" if text.startswith(".") else text, start, at)
    return scripts(t, at, end)


def _check_end(t: Tokenizer, start: int, at: int, end: int) -> None:
    """Refuse ``1.2.3`` and ``1e5``."""
    if at + 1 >= end or not t.words[at].glued:
        return
    first, second = t.words[at], t.words[at + 1]
    if first.is_(".") and second.kind == "digit":
        fail("syntax", "a number has one decimal point", t.words.span(start, at + 2))
    if first.kind == "letter" and first.text in "eE" and (second.kind == "digit" or (
            second.text in "+-" and at + 2 < end and t.words[at + 2].kind == "digit" and second.glued)):
        fail("ambiguous", "a number with an exponent is written 10^{5} in LaTeX, and a product \\cdot e",
             t.words.span(start, at + 2))


def _thousands(t: Tokenizer, at: int, end: int) -> bool:
    """Whether ``{,}`` and three digits stand here."""
    here = [t.words[k] for k in range(max(at, 0), min(at + 7, end))]
    return (len(here) >= 6 and here[0].is_("{") and here[1].is_(",") and here[2].is_("}")
            and all(word.kind == "digit" for word in here[3:6]) and not (len(here) == 7 and here[6].kind == "digit"))


def _point(t: Tokenizer, at: int, end: int) -> int:
    if at + 1 < end and t.words[at + 1].kind == "digit":
        return _number(t, at, end)
    if at + 2 < end and t.words[at + 1].is_(".") and t.words[at + 2].is_("."):
        t.emit("DOTS", "...", at, at + 3)
        return at + 3
    return _unknown(t, at, end)


def _token(kind: str, value: str | None, t: Tokenizer, at: int, end: int) -> int:
    t.emit(kind, shown(t.words[at]) if value is None else value, at, at + 1)
    return at + 1


def _arguments(kind: str, t: Tokenizer, at: int, end: int) -> int:
    """A command with two arguments, such as ``\\binom``."""
    word = t.words[at]
    t.emit(kind, shown(word), at, at + 1)
    after = t.argument(at + 1, end, word)
    return scripts(t, t.argument(after, end, word), end)


def _root(t: Tokenizer, at: int, end: int) -> int:
    """``\\sqrt{x}`` or ``\\sqrt[3]{x}``."""
    word, after = t.words[at], at + 1
    if after < end and t.words[after].is_("("):
        fail("syntax", "the root reaches over what stands in braces: write \\sqrt{…}", t.words.span(at, after + 1))
    if after < end and t.words[after].is_("["):
        stop = next((k for k in t.words.steps(after + 1, end) if t.words[k].is_("]")), None)
        if stop is None:
            fail("syntax", "this [ is never closed: ] is missing", t.words[after].span)
        t.emit("ROOT", "\\sqrt", at, at + 1)
        t.group(after + 1, stop)
        after = stop + 1
    else:
        t.emit("SQRT", "\\sqrt", at, at + 1)
    return scripts(t, t.argument(after, end, word), end)


def _function(t: Tokenizer, at: int, end: int) -> int:
    """A function of the language by its command."""
    word = t.words[at].text
    t.emit("OP", str(function_of(word)), at, at + 1)
    first = len(t.tokens)
    after = scripts(t, at + 1, end)
    if word == "log" and not any(token.kind == "SUB" for token in t.tokens[first:first + 1]):
        t.note("\\log is the natural logarithm")
    return after


def _operatorname(t: Tokenizer, at: int, end: int) -> int:
    """``\\operatorname{softmax}``: a declared name or a function of the language."""
    starred = at + 1 < end and t.words[at + 1].is_("*")
    start, stop, after = t.words.argument(at + 1 + starred, t.words[at])
    name = "".join(word.text for word in t.words.words[start:stop] if not word.blank)
    names = t.spellings.of(name, f"operatorname{{{name}}}")
    if name == "d" and f"operatorname{{{name}}}" not in t.spellings.styled:
        refuse_upright(t, at, after)
    op = function_of(name)
    if not names and (meant := mean(t, name, at, after, end)) is not None:
        return meant
    if len(names) == 1:
        declared(t, names[0], at, after)
    elif op is not None:
        t.emit("OP", op, at, after)
    else:
        fail("undeclared-name", f"{name} is no function of the language: declare {name}: function(real) -> real in symbols",
             t.words.span(at, after))
    return scripts(t, after, end)


def _probability(t: Tokenizer, at: int, end: int) -> int:
    """``\\Pr(A)``, where something is random."""
    found = mean(t, "Pr", at, at + 1, end)
    return _OPERATOR(t, at, end) if found is None else found


def _text(t: Tokenizer, at: int, end: int) -> int:
    """``\\text{…}``: a name, a word that joins conditions, or prose, which is refused."""
    said = prose(t, at)
    if said is None:
        return _unknown_command(t, at, end)
    word, after = said
    if word in {"and", "or"}:
        t.emit(word.upper(), word, at, after)
        return after
    if word in {"true", "false"}:
        t.emit("TRUTH", word, at, after)
        return after
    if word in CONDITIONAL | OTHERWISE:
        fail("syntax", f"“{word}” stands only in the condition of a case", t.words.span(at, after))
    if not word:
        return after
    found = read_identifier(t.words, at)
    if found is not None and found.end <= end:
        return identifier(t, at, end)
    fail("syntax", "prose inside a formula: put it at the end of the step, or into a comment after %", t.words.span(at, after))


def _marked(remark: str, t: Tokenizer, at: int, end: int) -> int:
    """A command that only marks its argument: the argument is read, as the one piece that the page shows."""
    word = t.words[at]
    start, stop, after = t.words.argument(at + 1, word)
    t.note(remark)
    if _begins_with_sign(t, start, stop) and t.tokens and t.tokens[-1].kind in OPERAND_ENDS:
        _check_free(t, after, end)
        t.inner(start, stop)  # the sign joins what is marked to what stands before it, as it does on the page
    else:
        t.emit("LPAR", "(", start, start)
        t.inner(start, stop)
        t.emit("RPAR", ")", stop, stop)
    if word.text in {"underbrace", "overbrace"} and after + 1 < end and t.words[after].text in {"_", "^"}:
        after = t.words.argument(after + 1, t.words[after])[2]
    return scripts(t, after, end)


def _begins_with_sign(t: Tokenizer, start: int, stop: int) -> bool:
    """Whether the first thing that the page shows is a + or -."""
    while start < stop:
        word = t.words[start]
        if word.kind == "command" and word.text == "textcolor":
            start = t.words.argument(start + 1, word)[2]
        elif word.is_("{") or word.blank or (word.kind == "command" and word.text in _MARKING):
            start += 1
        else:
            return word.kind == "sign" and word.text in {"+", "-", "\u2212"}
    return False


def _check_free(t: Tokenizer, after: int, end: int) -> None:
    """Refuse a script or factor behind a mark that begins with a sign: what it belongs to does not show."""
    text = shown(t.words[after]) if after < end else ""
    if text and text not in {"+", "-", "\u2212", "=", "<", ">", ",", "&", "\\\\", *CLOSING} and text[1:] not in RELATIONS:
        fail("ambiguous", "what is marked begins with a sign, and what follows may belong to all of it: put brackets around it",
             t.words.span(after, after + 1))


def _not(t: Tokenizer, at: int, end: int) -> int:
    """``\\not=``"""
    if at + 1 >= end or not t.words[at + 1].is_("="):
        fail("syntax", "only \\not= is read: write \\ne, or the condition in another way", t.words[at].span)
    t.emit("REL", "!=", at, at + 2)
    return at + 2


def _coloured(t: Tokenizer, at: int, end: int) -> int:
    """``\\textcolor{red}{x}``: the colour is left out."""
    _, _, after = t.words.argument(at + 1, t.words[at])
    start, stop, after = t.words.argument(after, t.words[at])
    t.flow(start, stop)
    return scripts(t, after, end)


def _nothing(t: Tokenizer, at: int, end: int) -> int:
    return at + 1


def _wide(t: Tokenizer, at: int, end: int) -> int:
    """``\\quad``: wide spaces set formulas apart, which one step cannot hold."""
    follows = shown(t.words[at + 1]) if at + 1 < end else ""
    ends = not follows or follows in {*CLOSING, ",", ";", "&", "\\text", "\\right"}
    if t.tokens and t.tokens[-1].kind in OPERAND_ENDS and not ends:
        fail("ambiguous", f"\\{t.words[at].text} sets two formulas apart: write a relation or a comma between them, or "
             "give each a display of its own", t.words[at].span)
    return at + 1


def _refused(code: str, message: str) -> Rule:
    def rule(t: Tokenizer, at: int, end: int) -> NoReturn:
        fail(code, message, t.words[at].span)
    return rule


def _unknown_command(t: Tokenizer, at: int, end: int) -> int:
    """A command without a rule of its own: a letter, an accent, a style, or refused."""
    name = t.words[at].text
    found = read_identifier(t.words, at)
    if found is not None and found.end <= end:
        return identifier(t, at, end)
    if name in ACCENTS or name in STYLES:
        fail("syntax", f"\\{name} stands over one letter: write it over each name", t.words[at].span)
    if (function := function_of(name)) is not None:
        t.emit("OP", function, at, at + 1)
        return scripts(t, at + 1, end)
    hint = did_you_mean(name, [rule[1:] for rule in RULES if rule.startswith("\\")])
    hint = hint.replace("mean ", "mean \\") if hint else "; declare it in symbols with latex:, or write it in words"
    fail("undeclared-name", f"the command \\{name} is not known{hint}", t.words[at].span)


_INSTEAD = {"&": "\\begin{…} and \\end{…} around the rows", "$": "one formula a step", ":": "\\colon or a relation",
            "#": "nothing", '"': "'' for a second derivative", "@": "\\cdot or nothing for a product",
            "\u00b7": "\\cdot", "\u00d7": "\\times", "\u2264": "\\le", "\u2265": "\\ge", "\u2260": "\\ne"}


def _unknown(t: Tokenizer, at: int, end: int) -> NoReturn:
    word = t.words[at]
    if word.text in "^_":
        fail("syntax", f"this {word.text} has nothing before it to stand on", word.span)
    instead = _INSTEAD.get(word.text)
    named = f"“{word.text}”" if word.text.isprintable() else f"the character U+{ord(word.text[0]):04X}"
    fail("syntax", f"{named} cannot stand in a formula{f': write {instead}' if instead else ''}", word.span)


_LINK = _refused("syntax", "a link between statements stands at the beginning of a row")
_LOOSE = _refused("syntax", "this relation cannot stand inside a formula; \\approx may stand at the beginning of a step")
_SIGNS = _refused("ambiguous", "± stands for two formulas: write each as a step of its own")
_SETS = _refused("syntax", "sets and quantifiers are not read: write conditions such as i \\ne j")
_OPERATOR = _refused("undeclared-name", "this operator is not in the language: declare a function of its name, and write it with "
                     "\\operatorname")
_LABEL = _refused("undeclared-name", "a label in a circle is no value: write the formula that it stands for, or declare it "
                  "as a name with latex:")
_CIRCLE = _refused("ambiguous", "∘ may be the composition of functions or a product entry by entry: write f(g(x)) or \\odot")
_MARKING = frozenset({"cancel", "bcancel", "xcancel", "boxed", "fbox", "underbrace", "overbrace"})
_BRACED = "what stands at a brace is left out"
_STRUCK = "what is struck out is read as if it were not"

RULES: dict[str, Rule] = {
    "letter": identifier, "digit": _number, ".": _point, "'": primes, "{": braces, "command": _unknown_command,
    "unknown": _unknown, "pattern": pattern, "~": _nothing, "+": partial(_token, "PLUS", None),
    "-": partial(_token, "MINUS", None),
    "\u2212": partial(_token, "MINUS", None),
    ",": partial(_token, "COMMA", None), ";": partial(_token, "COMMA", None),
    **{sign if len(sign) == 1 else f"\\{sign}": partial(_token, "REL", plain) for sign, plain in RELATIONS.items()},
    **{sign: partial(_token, "TIMES", kind) for sign, kind in TIMES.items()},
    **dict.fromkeys(SIGNS, bracket), "\\mid": bracket, "\\left": left, "\\right": right, "\\begin": environment,
    **dict.fromkeys((f"\\{name}" for name in SPACES | SIZES), _nothing), "\\rm": font, "\\it": font,
    **dict.fromkeys(("\\quad", "\\qquad", "\\hfill"), _wide),
    **dict.fromkeys((f"\\{name}" for name in FUNCTIONS), _function),
    **dict.fromkeys(("\\frac", "\\dfrac", "\\tfrac", "\\cfrac", "\\nicefrac", "\\sfrac"), fraction),
    **dict.fromkeys(("\\binom", "\\dbinom", "\\tbinom"), partial(_arguments, "BINOM")), "\\sqrt": _root,
    "\\sum": big, "\\prod": big, "\\int": integral, "\\lim": limit, "\\partial": partial_sign, "\\nabla": gradient,
    "\\operatorname": _operatorname, **dict.fromkeys(("\\text", "\\mbox", "\\textrm"), _text),
    **dict.fromkeys(("\\mathbb", "\\mathbf", "\\mathds", "\\boldsymbol", "\\bm"), styled),
    **dict.fromkeys(("\\dots", "\\ldots", "\\cdots", "\\vdots", "\\ddots", "\\dotsc", "\\dotsb", "\\dotsm"),
                    partial(_token, "DOTS", None)),
    **dict.fromkeys(("\\cancel", "\\bcancel", "\\xcancel"), partial(_marked, _STRUCK)),
    "\\boxed": partial(_marked, "\\boxed{X} is read as X"), "\\fbox": partial(_marked, "\\fbox{X} is read as X"),
    "\\underbrace": partial(_marked, _BRACED), "\\overbrace": partial(_marked, _BRACED), "\\textcolor": _coloured,
    **dict.fromkeys(("\\land", "\\wedge"), partial(_token, "AND", None)),
    **dict.fromkeys(("\\lor", "\\vee"), partial(_token, "OR", None)),
    **dict.fromkeys(("\\lnot", "\\neg"), partial(_token, "NOT", None)), "\\in": partial(_token, "IN", None),
    **dict.fromkeys(("\\to", "\\rightarrow", "\\downarrow", "\\searrow", "\\uparrow", "\\nearrow"),
                    partial(_token, "ARROW", None)),
    **dict.fromkeys(("\\Rightarrow", "\\implies", "\\Leftarrow", "\\iff", "\\Leftrightarrow", "\\impliedby", "\\Longrightarrow",
                     "\\Longleftrightarrow"), _LINK),
    **dict.fromkeys(("\\approx", "\\sim", "\\simeq", "\\cong", "\\propto", "\\ll", "\\gg", "\\asymp"), _LOOSE),
    "\\abs": partial(between, "|"), "\\norm": partial(between, "\\|"), "\\color": _refused("syntax", "write \\textcolor{red}{…}"),
    **dict.fromkeys(("\\iint", "\\iiint", "\\oint"), _refused("syntax", "write one \\int for each variable")),
    "\\not": _not, "\\choose": _refused("syntax", "write \\binom{n}{k}"), "\\over": _refused("syntax", "write \\frac{a}{b}"),
    "\\lg": _refused("ambiguous", "\\lg has several bases: write \\log_{10} or \\log_{2}"),
    **dict.fromkeys(("\\pm", "\\mp"), _SIGNS), "\\circ": _CIRCLE, "\\textcircled": _LABEL,
    **dict.fromkeys(("\\forall", "\\exists", "\\notin", "\\subset", "\\subseteq", "\\cup", "\\cap", "\\setminus"), _SETS),
    "\\Pr": _probability,
    **dict.fromkeys(("\\arg", "\\inf", "\\sup", "\\limsup", "\\liminf", "\\gcd", "\\deg", "\\dim", "\\ker", "\\hom",
                     "\\argmax", "\\argmin"), _OPERATOR),
}
"""What reads a command, a sign, a letter or a digit."""


def tokenize(text: str, spelled: Spellings, bound: Iterable[str] = ()) -> Tokenizer:
    """The tokens of a formula and the notes on it; raises ``InputError``.

    bound: names that something outside the formula binds.
    """
    words = read_words(text, spelled.macros)
    made = Tokenizer(words, spelled, frozenset(bound) | bound_names(words), RULES)
    for word in _scanned_macros(text, spelled):
        made.note(f"\\{word} is read as {spelled.macros[word].body}, as TeX sets it")
    made.flow(0, len(words))
    return made


def _scanned_macros(text: str, spelled: Spellings) -> list[str]:
    """The macros in a formula that hold arguments or operators, so that what they join is not seen in the author's text."""
    used = dict.fromkeys(found for found in re.findall(r"\\([A-Za-z]+)", text) if found in spelled.macros)
    return [name for name in used if (macro := spelled.macros[name]).arity or re.search(r"[-+=^_]", macro.body)]
