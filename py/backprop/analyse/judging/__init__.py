"""Parts of the verdict: evidence, errors, layers, steps, explanations."""
