"""One county's server for all tests of this folder that ask for it."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.conftest import service_missing
from tests.deploy.county import county as running_county
from tests.services.processes import ServiceMissing


@pytest.fixture(scope="session")
def county():
    # Not pytest's own folder: nginx must be able to enter it when it gave up being root.
    folder = Path(tempfile.mkdtemp(prefix="hongqi-county-"))
    folder.chmod(0o755)
    try:
        with running_county(folder, os.environ["DATABASE_URL"]) as here:
            yield here
    except ServiceMissing as missing:
        service_missing(str(missing))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
