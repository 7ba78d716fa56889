"""Every kind of document is tagged, titled and tells its language, as PDF/UA-1 asks.

These are our own few checks; `make accessible-papers` asks an independent checker about all rules.
"""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from tests.papers import PAPERS


@pytest.fixture(scope="module")
def papers():
    return {name: make() for name, make in PAPERS.items()}


@pytest.mark.parametrize("name", PAPERS)
def test_a_reader_by_ear_is_told_what_it_is_and_in_which_language(papers, name):
    reader = PdfReader(io.BytesIO(papers[name]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    # A plan in two languages is a French document; its other half says its own.
    assert root["/Lang"][:2] == ("ar" if name == "advice-ar" else "fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title
    assert root["/StructTreeRoot"]["/K"]
    meta = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(?:>|=\")1", meta)


@pytest.mark.parametrize("name", PAPERS)
def test_no_table_promises_headers_it_does_not_have(papers, name):
    reader = PdfReader(io.BytesIO(papers[name]))
    kinds = [str(it.get_object().get("/S", "")) for it in _tree(reader)]
    assert kinds.count("/Table") == 0 or "/TH" in kinds
    assert "/H1" in kinds or name == "cards"  # a sheet to cut apart has no title


def _tree(reader):
    """Every element of the structure."""
    left = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while left:
        here = left.pop().get_object()
        if not hasattr(here, "get"):
            continue
        yield here
        below = here.get("/K")
        below = below.get_object() if below is not None else []
        left += below if isinstance(below, list) else [below]
