"""LaTeX as people write it, in four layers: displays to formulas, formulas to tokens, tokens to trees, trees to terms."""
