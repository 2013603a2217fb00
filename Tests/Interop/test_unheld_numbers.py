"""After all other tests of the documents, by its name: no number of theirs is left that none of them has looked at."""

import pytest
from documents import held, unheld


@pytest.mark.parametrize("path, until", [("results/README.md", None), ("README.md", "## Start")])
def test_no_number_is_left_that_nothing_holds(request, path, until):
    modules = {item.module.__name__ for item in request.session.items}
    if not {"test_documents", "test_set_up_documents", "test_theory_documents"} <= modules or request.session.testsfailed:
        pytest.skip("needs all tests of the documents")
    assert held and unheld(path, until) == []
