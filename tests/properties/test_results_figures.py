"""A figure id reads back as the figure it was printed for, whatever stands in the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbc.errors import RefusedInput
from pbc.results import Figure, figure_id
from pbc.tables import ALL

SET_NAMES = st.sampled_from(["register", "statement/2009-09", "year-end/2009-10"])
SET_IDS = st.text("0123456789abcdef", min_size=12, max_size=12)


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    table = draw(st.sampled_from(sorted(ALL)))
    parts = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() == text and text.isprintable())
    key = tuple(draw(parts) for _ in ALL[table].key)
    return Figure(draw(SET_NAMES), draw(SET_IDS), table, key, draw(st.sampled_from([None, *ALL[table].names])))


@given(figures())
def test_figure_id_reads_back(figure: Figure) -> None:
    assert Figure.parse(str(figure)) == figure


@given(figures())
def test_figure_id_of_a_row_names_its_key(figure: Figure) -> None:
    row = dict(zip(ALL[figure.table].key, figure.key, strict=True))
    assert figure_id(figure.set_name, figure.set_id, figure.table, row, figure.column) == str(figure)


@given(st.text(max_size=60))
def test_text_that_is_no_figure_id_is_refused_and_never_breaks(text: str) -> None:
    with pytest.raises(RefusedInput):
        Figure.parse(text)


def test_figure_id_with_too_few_parts_is_refused_with_those_it_needs() -> None:
    with pytest.raises(RefusedInput, match="financial_year~unit_kind~unit_code~basis"):
        Figure.parse("year-end/2009-10@0123456789ab:freed_up_resources:2009-10~practice")
