"""How fresh the site is: one number, raised by whatever the public could see a trace of."""
