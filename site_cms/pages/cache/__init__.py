"""Public pages, drawn once for everybody.

``kept`` marks what may be shared, ``rules`` says which addresses are the same page and how
long it lives, ``memory`` and ``shared`` are the two places where it lies, ``middleware``
serves it.
"""
