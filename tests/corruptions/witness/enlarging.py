"""Witness: the enlargement of a picture's middle, in fractions, from SPEC.md."""

from fractions import Fraction


def axis(side, percent):
    """Return for each line of the result the two lines it lies between and the share of the second one."""
    read = -(-100 * side // percent)
    spread = round(Fraction(read * percent, 100))  # Python rounds a half to the even number, too
    first, trim = (side - read) // 2, (spread - side) // 2
    places = [first + Fraction((j + trim) * (read - 1), spread - 1) for j in range(side)]
    last = first + read - 1
    return [(int(place), min(int(place) + 1, last), place - int(place)) for place in places]


def enlarged(values, percent):
    """Return `values` (nested lists, rows of numbers) enlarged by `percent`, as fractions."""
    rows, columns = axis(len(values), percent), axis(len(values[0]), percent)
    wide = [[(1 - share) * row[a] + share * row[b] for a, b, share in columns] for row in values]
    return [
        [(1 - share) * above + share * below for above, below in zip(wide[a], wide[b], strict=True)]
        for a, b, share in rows
    ]
