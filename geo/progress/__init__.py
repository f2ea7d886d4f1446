"""Progress over time: moves between classes, steps made, and how long each took.

    standing   the class of each commune on a day, on one boundary set
    moves      what changed between two days: matrix, flows, steps, sums (C2, C3)
    spells     how long: time in a class, from listing to elimination, until a place re-forms (H4)
    durations  estimates of these times with observations that are cut short
    criteria   criteria met since a baseline, and the next class (C3)

A class is never carried from one land to another (A4): a merged commune is not assessed before its
own first assessment. Nothing here is a score: steps are counted, and stand beside their evidence.
"""
