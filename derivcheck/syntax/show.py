"""Terms as plain text with as few parentheses as the grammar needs; reading the text gives back the term."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.kernel.approximate import WRITTEN
from derivcheck.kernel.terms import RELATIONS, Term
from derivcheck.kernel.vocabulary import FUNCTIONS, MEANS
from derivcheck.syntax.tokens import MAX_EXPONENT

OR, AND, NOT, RELATION, SUM, PRODUCT, MINUS, POWER, POSTFIX = 1, 2, 3, 4, 6, 7, 8, 9, 10
"""Precedences, as in ``parse.INFIX``."""

_BLOCK_DIGITS = 4000
_BLOCK = 10**_BLOCK_DIGITS

SIGNS = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
"""Relations as they are written."""


def show(term: Term) -> str:
    """The term in the plain language."""
    return _WRITERS[term.op](term)


def fits(term: Term, deep: int) -> bool:
    """Whether the tree of the term's text is at most so deep; goes no deeper itself, so that any term may be asked about."""
    if not term.args or deep < 1:
        return deep > 0
    if term.op in _LEVELLED:
        return all(fits(part, deep - 1 - levels) for part, levels in zip(term.args, _levels(term), strict=True))
    return all([fits(part, deep - 1) for part in term.args])


_LEVELLED = frozenset({"sum", "prod", "integrate", "limit", "in", "cases", *MEANS})
"""Operators whose text has further levels between them and their arguments."""


def _levels(term: Term) -> tuple[int, ...]:
    """How many levels the text has between an operator and each of its arguments: those of ``in``, ``..``, ``if`` and ``->``."""
    match term.op, len(term.args):
        case ("sum" | "prod"), 4:
            return 0, 3, 3, 1
        case ("sum" | "prod" | "integrate"), 3:
            return 0, 2, 2
        case "limit", count:
            return (0, 1, 0)[:count]
        case "in", _:
            return 0, 1, 1
        case "cases", count:
            return (1,) * count
        case ("E" | "Var" | "Cov" | "P") as op, count if count > MEANS[op]:
            return (0,) * (MEANS[op] - 1) + (1,) * (count - MEANS[op] + 1)
        case _, count:
            return (0,) * count


def _at(term: Term, level: int) -> str:
    """The term in parentheses if it binds more loosely than ``level``."""
    text = show(term)
    return f"({text})" if precedence(term) < level else text


def precedence(term: Term) -> int:
    """How tightly the outermost operator of the text binds."""
    if term.op == "number":
        return _number_precedence(term.number)
    if term.op == "mul" and with_places(term) is not None:
        return POSTFIX
    return _PRECEDENCE.get(term.op, POSTFIX)


def _number_precedence(value: Fraction) -> int:
    if value < 0:
        return MINUS if is_decimal(value) else PRODUCT
    return POSTFIX if is_decimal(value) else PRODUCT


def is_decimal(value: Fraction) -> bool:
    """Whether a number has finitely many decimals."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _number(term: Term) -> str:
    value = term.number
    if not is_decimal(value):
        return f"{digits(value.numerator)}/{digits(value.denominator)}"
    if value.denominator == 1:
        return _integer(value.numerator)
    return _decimal(value)


def _integer(value: int) -> str:
    """An integer in full, or with an exponent that can be read where it is a long round number."""
    if abs(value) < 10**15:
        return str(value)
    written = digits(value)
    zeros = min(len(written) - len(written.rstrip("0")), MAX_EXPONENT)
    return f"{written[:-zeros]}e{zeros}" if zeros > 4 else written


def digits(value: int) -> str:
    """All digits of an integer, also of one that is longer than ``str`` allows."""
    if value < 0:
        return "-" + digits(-value)
    parts: list[str] = []
    while value >= _BLOCK:
        value, rest = divmod(value, _BLOCK)
        parts.append(str(rest).zfill(_BLOCK_DIGITS))
    return "".join([str(value), *reversed(parts)])


def _decimal(value: Fraction) -> str:
    """The finite decimal, with an exponent where it is small: ``0.25``, ``1e-12``."""
    places = 0
    while value.denominator != 1:
        value *= 10
        places += 1
    sign, written = ("-" if value < 0 else ""), digits(abs(value.numerator))
    small = places - len(written) > 4
    exponent = min(places, MAX_EXPONENT) if small else 0
    places -= exponent
    written = written.zfill(places + 1)
    point = f".{written[-places:]}" if places else ""
    return f"{sign}{written[: len(written) - places]}{point}{f'e-{exponent}' if small else ''}"


def _name(term: Term) -> str:
    return term.symbol.name


def _sum(term: Term) -> str:
    parts = [_at(term.args[0], PRODUCT)]
    for a in term.args[1:]:
        parts.append(f" - {_at(a.args[0], PRODUCT)}" if a.op == "neg" else f" + {_at(a, PRODUCT)}")
    return "".join(parts)


def with_places(term: Term) -> str | None:
    """A number written with zeros at its end, ``3.140``, digit by digit; ``None`` for any other term."""
    if term.op != "mul" or term.data != WRITTEN:
        return None
    count, unit = (a.number for a in term.args)
    places = len(str(unit.denominator)) - 1
    if not places or count.denominator != 1 or count < 0:
        return None
    text = digits(count.numerator).zfill(places + 1)
    return f"{text[:-places]}.{text[-places:]}"


def _product(term: Term) -> str:
    written = with_places(term)
    if written is not None:
        return written
    first, *rest = term.args
    head = _at(first, POSTFIX if first.op == "mul" else PRODUCT)
    return "*".join([head, *(_at(a, MINUS) for a in rest)])


def _infix(sign: str) -> Callable[[Term], str]:
    return lambda term: f"{_at(term.args[0], PRODUCT)}{sign}{_at(term.args[1], MINUS)}"


def _minus(term: Term) -> str:
    return f"-{_at(term.args[0], MINUS)}"


def _power(term: Term) -> str:
    return f"{_at(term.args[0], POSTFIX)}**{_at(term.args[1], MINUS)}"


def _postfix(sign: str) -> Callable[[Term], str]:
    return lambda term: f"{_at(term.args[0], POSTFIX)}{sign}"


def _list(terms: tuple[Term, ...]) -> str:
    return ", ".join(map(show, terms))


def _entry(term: Term) -> str:
    array, *indices = term.args
    return f"{_at(array, POSTFIX)}[{_list(tuple(indices))}]"


def _bracket(term: Term) -> str:
    return f"[{_list(term.args)}]"


def _call(term: Term) -> str:
    return f"{term.op}({_list(term.args)})"


def _stack(term: Term) -> str:
    """Rows of blocks as ``block([[A, B], [C, D]])``."""
    if len(term.args) > 1 and all(row.op == "hstack" for row in term.args):
        return f"block([{', '.join(_bracket(row) for row in term.args)}])"
    return _call(term)


def _apply(term: Term) -> str:
    return f"{term.symbol.name}({_list(term.args)})"


def _derivative(term: Term) -> str:
    order, argument = term.args
    return f"{term.symbol.name}{chr(39) * int(order.number)}({show(argument)})"


def _ranged(term: Term) -> str:
    body, lower, upper, *condition = term.args
    given = f" if {show(condition[0])}" if condition else ""
    return f"{term.op}({show(body)}, {term.symbol.name} in {_range(lower, upper)}{given})"


def _range(lower: Term, upper: Term) -> str:
    return f"{_at(lower, SUM)}..{_at(upper, SUM)}"


def _integral(term: Term) -> str:
    if len(term.args) == 2:
        return f"integrate({_list(term.args)})"
    body, lower, upper = term.args
    return f"integrate({show(body)}, {term.symbol.name} in {_range(lower, upper)})"


def _limit(term: Term) -> str:
    body, point, *side = term.args
    sign = {1: "+", -1: "-"}[int(side[0].number)] if side else ""
    return f"limit({show(body)}, {term.symbol.name} -> {show(point)}{sign})"


def _cases(term: Term) -> str:
    values, conditions = term.args[::2], term.args[1::2]
    branches = [f"{show(v)} if {show(c)}" for v, c in zip(values, conditions, strict=False)]
    if len(values) > len(conditions):
        branches.append(f"{show(values[-1])} otherwise")
    return f"cases({', '.join(branches)})"


def _mean(term: Term) -> str:
    """``E[f | Y]``, ``Cov(f, g)``: what is given stands behind a bar."""
    count = MEANS[term.op]
    inner, known = _list(term.args[:count]), _list(term.args[count:])
    inner = f"{inner} | {known}" if known else inner
    return f"E[{inner}]" if term.op == "E" else f"{term.op}({inner})"


def _independent(term: Term) -> str:
    *groups, last = term.args
    inner = f"{_list(tuple(groups))} | {_list(last.args)}" if last.op == "given" else _list(term.args)
    return f"independent({inner})"


def _law(term: Term) -> str:
    return f"{term.data}({_list(term.args)})"


def _follows(term: Term) -> str:
    return f"{show(term.args[0])} ~ {show(term.args[1])}"


def _relation(term: Term) -> str:
    left, right = term.args
    return f"{_at(left, SUM)} {SIGNS[term.op]} {_at(right, SUM)}"


def _within(term: Term) -> str:
    value, lower, upper = term.args
    return f"{_at(value, SUM)} in {_range(lower, upper)}"


def _joined(word: str, level: int) -> Callable[[Term], str]:
    return lambda term: f" {word} ".join(_at(a, level + 1) for a in term.args)


def _not(term: Term) -> str:
    return f"not {_at(term.args[0], NOT)}"


def _word(term: Term) -> str:
    return term.op if term.data is None else str(term.data)


_PRECEDENCE = {"or": OR, "and": AND, "not": NOT, "in": RELATION, "add": SUM, "mul": PRODUCT, "div": PRODUCT, "matmul": PRODUCT,
               "neg": MINUS, "pow": POWER, **dict.fromkeys(RELATIONS, RELATION)}

_WRITERS: dict[str, Callable[[Term], str]] = {
    **dict.fromkeys(FUNCTIONS, _call), **dict.fromkeys(RELATIONS, _relation),
    "vstack": _stack, "factorial": _postfix("!"),
    "number": _number, "constant": _word, "symbol": _name, "add": _sum, "neg": _minus,
    "mul": _product, "div": _infix("/"), "pow": _power, "matmul": _infix(" @ "), "transpose": _postfix(".T"), "entry": _entry,
    "vector": _bracket, "matrix": _bracket, "indicator": _bracket, "sum": _ranged, "prod": _ranged, "integrate": _integral,
    "limit": _limit, "diff": _call, "cases": _cases, "apply": _apply, "derivative": _derivative, "in": _within,
    **dict.fromkeys(MEANS, _mean), "independent": _independent, "group": _bracket, "law": _law, "follows": _follows,
    "and": _joined("and", AND), "or": _joined("or", OR), "not": _not, "true": _word, "false": _word,
}
