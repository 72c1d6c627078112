"""The search of `phase_shift`: tokens, what a page says of itself, the automaton, its beam."""
