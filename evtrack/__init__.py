"""How good is the evidence behind a medical sentence, today, and why?"""

__version__ = "0.1.0"
