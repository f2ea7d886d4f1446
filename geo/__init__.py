"""Places, time and numbers of the programme: pure rules, and below them `geo.store`."""
