"""Which sentences of a text say more than the evidence does? text → units → claims, strength → verdicts → findings."""
