def pytest_addoption(parser):
    parser.addoption("--inertia", default=".build/release/inertia", help="the program")
    parser.addoption("--screenshots", help="a folder for pictures of the page")
