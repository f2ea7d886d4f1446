"""Understands spreadsheets as offices write them; pure, no file and no database.

grid               a sheet's cells with merged ranges, formulas, hidden rows
words              words of office forms, data in words.toml; indicators in synonyms.toml
cells              numbers, marks and days as they are written in Vietnam
periods            the period that a title or a heading names
tables             finds the tables of a sheet: titles, header block, body, notes
rows               what a row is: data, total, section
unit_names         which unit a label names; names repeat, so it may be several
indicator_names    which indicator a heading names, and which part of it
layout             a learnt form, frozen, to and from JSON, with its signature
guesses, proposal  proposes layouts, with evidence in numbers and questions
figures            what was read, and what became of every cell
page, readers      reads one table by a layout, an orientation each
checks             totals, sums in columns, shares against what they are made of
extract            reads the figures of a file by a layout
"""
