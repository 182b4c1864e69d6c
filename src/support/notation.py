"""What a cell that is not a number looks like: a number in another notation."""

import re

DECIMAL = r"\d+([.,]\d+)?"
MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
QUOTE = "[\"'\u2018-\u201f\u00ab\u00bb]"
MARKED = {"comma": "has a decimal comma", "point": "has a decimal point"}
OTHER = "has a unit or other text"
GROUPED = r"[+-]?[1-9]\d{0,2}([.,'\u2019\s]\d{3})+([.,]\d+)?"  # if it begins with 0: a decimal
# The first that a cell matches explains it.
NOTATIONS = {
    "has a thousands separator": GROUPED,
    MARKED["comma"]: r"[+-]?\d*,\d+(e[+-]?\d+)?",
    MARKED["point"]: r"[+-]?\d*\.\d+(e[+-]?\d+)?",
    "has a percent sign": r".*\d\s*%",
    "is a fraction": rf"{DECIMAL}\s*/\s*{DECIMAL}",
    "is a time": r"\d+:\d\d(:\d\d)?|\d+\s*h[a-z]*\.?\s*\d+\s*[a-z]*\.?",
    "is a range or date": rf"{DECIMAL}\s*([-\u2013\u2014]|to)\s*{DECIMAL}|\d+-\w+(-\d+)?"
    rf"|{MONTH}-\d+|\d+(?P<mark>[-/.])\d+(?P=mark)\d+.*",
    "has quotes": rf"=?\s*{QUOTE}.*\d.*|.*\d\s*{QUOTE}",
    OTHER: r"\W*\d.*",
}
AMOUNT = re.compile(r"(?!(19|20)\d\d )[0-9.,]+ ?[%A-Za-z]{0,6}")  # 85%, 3 hours; no year


def notation(cell: str) -> str:
    """Return what a text has or is that looks like a number in another notation; else ""."""
    flags = re.IGNORECASE | re.DOTALL
    return next((k for k, pattern in NOTATIONS.items() if re.fullmatch(pattern, cell, flags)), "")


def is_grouped(cell: str) -> bool:
    """Return whether a cell is in the shape of thousands: 1,180 or 12.345.678."""
    return bool(re.fullmatch(GROUPED, cell))


def is_amount(cell: str) -> bool:
    """Return whether a cell is data and not a header: 85% or 3 hours, but not 1st exam."""
    return bool(AMOUNT.fullmatch(cell))
