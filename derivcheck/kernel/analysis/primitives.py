"""Unknown functions under integrals by antiderivatives of theirs: each is smooth, so it is the derivative of some smooth F."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.kernel.terms import ONE, Claim, Symbol, Term, Type, free_symbols, number


def with_primitives(claim: Claim) -> Claim | None:
    """The claim with F' for each unknown function f of one real that stands under a definite integral, which holds for all F just
    where the one that was written holds for all f; ``None`` where there is no such f, or one is spoken of in an assumption or a
    definition that is used, which would go on to speak of f."""
    found = {
        t.symbol
        for side in (claim.left, claim.right) for whole in side.walk() if whole.op == "integrate" and whole.data is not None
        for t in whole.args[0].walk() if t.op in {"apply", "derivative"}
    }
    definitions = claim.context.definitions.values()
    defined = {d.symbol for d in definitions} & {s for side in (claim.left, claim.right) for s in free_symbols(side)}
    elsewhere = (*claim.context.assumptions, *(d.body for d in definitions if defined))
    if not found or any(it in free_symbols(said) for it in found for said in elsewhere):
        return None
    if not all(it.type.arguments == (Type("real"),) and it.name not in claim.context.definitions for it in found):
        return None
    taken = {*claim.context.symbols, *claim.context.definitions}
    names: dict[Symbol, Symbol] = {}
    for it in sorted(found, key=lambda s: s.name):
        name = it.name.upper()
        while name in taken:
            name += "_"
        taken.add(name)
        names[it] = Symbol(name, it.type)
    context = replace(claim.context, symbols={**claim.context.symbols, **{it.name: it for it in names.values()}})
    return replace(claim, left=_raised(claim.left, names), right=_raised(claim.right, names), context=context)


def _raised(term: Term, names: dict[Symbol, Symbol]) -> Term:
    args = tuple(_raised(a, names) for a in term.args)
    if term.op == "apply" and term.symbol in names:
        return Term("derivative", (ONE, *args), names[term.symbol], term.shape)
    if term.op == "derivative" and term.symbol in names:
        return Term("derivative", (number(args[0].number + 1), *args[1:]), names[term.symbol], term.shape)
    return Term(term.op, args, term.data, term.shape) if args != term.args else term
