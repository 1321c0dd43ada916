"""The process in which Z3 works: reads questions as lines of JSON, answers each with a line.  Run by ``solver``.

Kept apart so that a question that takes Z3 for ever, or all memory, costs this process and nothing else.
"""

from __future__ import annotations

from typing import Any

import z3

from derivcheck.proving.serving import serve

MEMORY = 1 << 10
"""Most megabytes that Z3 may use."""

SIMPLE = ("0", "1", "-1", "2", "-2", "3", "-3", "1/2", "4", "5", "-4")
"""The values that are tried for each variable of a model, the simplest first."""

EFFORT_OF_CHANGE = 20
"""The part of the effort that one change of a model may take is one over this."""


def main() -> None:
    """Answer questions until the input ends."""
    serve(_prepare, _answer)


def _prepare() -> str:
    z3.set_param("memory_max_size", MEMORY)
    return str(z3.get_version_string())


def _answer(request: dict[str, Any]) -> dict[str, object]:
    """``unsat``, ``unknown``, or ``sat`` with values of the variables: a rational, or coefficients and the number of a root."""
    context = z3.Context()
    effort = int(request["effort"])
    try:
        solver = z3.Solver(ctx=context) if request["whole"] else z3.SolverFor("QF_NRA", ctx=context)
        solver.set("rlimit", effort)
        solver.add(z3.parse_smt2_string(request["question"], ctx=context))
        result = solver.check()
        if result != z3.sat:
            return {"result": str(result)}
        names = {name: z3.Real(name, context) for name in request["variables"]}
        solver.set("rlimit", effort // EFFORT_OF_CHANGE)
        return {"result": "sat", "values": _simple(solver, names, solver.model())}
    except z3.Z3Exception as error:
        return {"result": "unknown", "failure": str(error)[:200]}


def _simple(solver: z3.Solver, names: dict[str, z3.ArithRef], model: z3.ModelRef) -> dict[str, object]:
    """The values of a model with as many simple numbers as are found one after the other."""
    for variable in names.values():
        for value in SIMPLE:
            wanted = variable == z3.RealVal(value, variable.ctx)
            if z3.is_true(model.evaluate(wanted, model_completion=True)):
                solver.add(wanted)
                break
            solver.push()
            solver.add(wanted)
            if solver.check() == z3.sat:
                model = solver.model()
                break
            solver.pop()
    return {name: _value(model.evaluate(variable, model_completion=True)) for name, variable in names.items()}


def _value(value: z3.ArithRef) -> object:
    if z3.is_rational_value(value):
        return str(value.as_fraction())
    return {"coefficients": [str(c) for c in value.poly()], "root": value.index()}


if __name__ == "__main__":
    main()
