"""Understands spreadsheets as offices write them; pure, no file and no database.

grid             a sheet's cells with merged ranges, formulas, hidden rows
words            words of office forms, data in words.toml; names of indicators in synonyms.toml
cells            numbers, marks and days as they are written in Vietnam
periods          the period that a title or a heading names
tables           finds the tables of a sheet: titles, header block, body, notes
rows             what a row is: data, total, section, note
unit_names       which unit a label names; names repeat, so it may be several
indicator_names  which indicator a heading names, and which part of it
layout           a learnt form, frozen, to and from JSON, with its signature
proposal         proposes layouts for a grid, with evidence in numbers
extract          reads figures by a layout; every filled cell is accounted for
checks           totals, sums in columns, shares against what they are made of
"""
