"""PDF/UA-1 of every kind of document, by a checker that is not ours, `page-validation`.

`make accessible-papers` runs it in an environment of its own: no part of the product needs it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import page  # type: ignore[import-not-found]


def main(folder: Path) -> int:
    """Prints what is wrong with each document; the number of documents that do not conform."""
    wrong = 0
    for path in sorted(folder.glob("*.pdf")):
        report = page.validate_pdf(path, profile=page.ValidationProfile.PDF_UA_1)
        wrong += not report.is_compliant
        sys.stdout.write(f"{path.name}: {report.rules.passed} of {report.rules.total} rules\n")
        for each in report.failures:
            sys.stdout.write(f"  {each.rule_id}: {each.message}\n")
    return wrong


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
