"""Groups of ballots that one hand may have cast, found in plain rows. Standard library only.

A group is suggested when independent families of signs agree: time, network, content and
client. What honest voters can do as well, when a unit asks its people to vote or a village
stands behind one address, is a weak sign; what only machines do is a strong one.
"""
