"""The two gates: of the data, whether what is left is a fair sample, and of the model."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from src.support import errors
from src.support.errors import DataError, PipelineError, short_repr, suggestion
from src.support.notation import MARKED, notation
from src.support.numerics import as_float
from src.support.students import Rejection, StudentTable


class Source:
    """What the pipeline asks about where its rows come from; these answers are for memory."""

    path: Path | None = None
    sha256: str | None = None  # of the file's bytes, once all are read
    notes: Sequence[str] = ()  # what was found that is not plain CSV
    decimal = "."  # the mark that numbers were read with
    is_decimal_given = False  # or it was found
    whole_decimals = 0  # cells of the first rows that show the mark, such as 80.0

    @property
    def name(self) -> str:
        """Return the path as messages show it; "" for rows in memory."""
        return "" if self.path is None else errors.shown_path(self.path)

    @property
    def prefix(self) -> str:
        """Return the beginning of a message about the rows: the path and a colon, or nothing."""
        return f"{self.name}: " if self.name else ""


def checked_share(max_rejected: float) -> float:
    """Return the largest share of rows that may be rejected; UsageError if it is not one."""
    share = as_float(max_rejected)
    if 0.0 <= share <= 1.0:
        return share
    problem = f"max_rejected is a share from 0 to 1, not {short_repr(max_rejected)}"
    if 1.0 < share <= 100.0:
        problem += suggestion(f"--max-rejected {share / 100:g}", f"max_rejected={share / 100:g}")
    raise errors.UsageError(problem)


def require_skill(skill: float | None, least: float | None) -> None:
    """Raise PipelineError if a model's skill_score is below the least, or undefined."""
    if least is not None and (skill is None or skill < least):
        found = "undefined" if skill is None else f"{skill:.6g}"
        raise PipelineError(f"the skill_score is {found}, below min_skill {least:g}; not saved")


def notes_on_sample(
    source: Source, students: StudentTable, rejections: Sequence[Rejection], max_rejected: float
) -> list[str]:
    """Return notes on the data; DataError if the rows that are left are not a fair sample."""
    n_rejected, n_read = len(rejections), len(students) + len(rejections)
    hints, n_explained, is_wrong_mark = _hints(source, students, rejections)
    is_fair = n_rejected / max(n_read, 1) <= max_rejected and not is_wrong_mark
    if students and (is_fair or max_rejected == 1):
        return hints + _below_zero(source, students)
    where = source.prefix
    if not n_read:
        nothing = "the file has a header but no rows" if where else "there are no rows"
        raise DataError(f"{where}no usable row: {nothing}")
    reasons = Counter(rejection.reason for rejection in rejections).most_common()
    counts = ", ".join(f"{count} {reason}" for reason, count in reasons)
    where += "" if students else "no usable row; "
    problem = f"{n_rejected} of {n_read} rows were rejected ({counts}); the first: {rejections[0]}"
    if is_wrong_mark or n_explained > n_rejected / 2:
        problem = "; ".join([problem, *hints])
    elif students:
        problem += suggestion("--max-rejected 1", "max_rejected=1")
    raise DataError(where + problem)


def _hints(
    source: Source, students: StudentTable, rejections: Iterable[Rejection]
) -> tuple[list[str], int, bool]:
    """Return hints on how cells are written, how many they explain, and if the mark is wrong.

    Only the last hint may end with a suggestion.
    """
    refused = [one.value for one in rejections if one.reason == "not a number"]
    kinds: dict[str, Counter[str]] = {}
    for cell, count in Counter(one for one in refused if isinstance(one, str)).items():
        kinds.setdefault(notation(cell), Counter())[cell] += count
    kinds.pop("", None)  # other text
    n_explained = sum(map(Counter.total, kinds.values()))
    other = "comma" if source.decimal == "." else "point"
    examples = {kind: f"{short_repr(next(iter(cells)))} {kind}" for kind, cells in kinds.items()}
    with_other = examples.pop(MARKED[other], "")
    listed = ", ".join(examples.values())
    hints = [f"{listed}: write such cells as plain numbers first"] if listed else []
    if not with_other:
        return hints, n_explained, False
    numbers = (*students.math_score, *students.study_hours)
    n_decimals = source.whole_decimals + sum(not number.is_integer() for number in numbers)
    is_wrong = kinds[MARKED[other]].total() > n_decimals
    if is_wrong and source.name:
        with_other += suggestion(f"--decimal {other}", f'decimal="{other}"')
    return [*hints, with_other], n_explained, is_wrong and not source.is_decimal_given


def _below_zero(source: Source, students: StudentTable) -> list[str]:
    lowest = min(students.math_score)
    if lowest >= 0.0:
        return []
    n_below = sum(score < 0.0 for score in students.math_score)
    mark = str(lowest).removesuffix(".0").replace(".", source.decimal)
    note = f"{n_below} score{'s are' if n_below > 1 else ' is'} below 0, the lowest {mark}"
    hint = suggestion(f"--missing={mark}", f'missing=["{mark}"]')
    return [f"{note}, which may mean missing{hint}" if source.name else note]
