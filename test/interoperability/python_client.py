"""Updates from a published repository with python-tuf and downloads one artifact: <site url> <root file> <artifact>."""

import sys
import tempfile
from pathlib import Path

from tuf.ngclient import Updater

site, root, artifact = sys.argv[1:]
with tempfile.TemporaryDirectory() as directory:
    updater = Updater(
        metadata_dir=directory,
        metadata_base_url=f"{site}metadata/",
        target_base_url=f"{site}targets/",
        target_dir=directory,
        bootstrap=Path(root).read_bytes(),
    )
    updater.refresh()
    info = updater.get_targetinfo(artifact)
    if info is None:
        sys.exit(f"{artifact} is not found")
    print(Path(updater.download_target(info)).read_text(), end="")
