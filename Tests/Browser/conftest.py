def pytest_addoption(parser):
    parser.addoption("--inertia", default=".build/release/inertia", help="the program")
    parser.addoption("--large", help="a page of 5,000 cells, which ScaleTests writes")
    parser.addoption("--screenshots", help="a folder for pictures of the page")
