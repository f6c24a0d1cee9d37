"""Python's side of the cross-reading of the Hub's cache (see hub-cache.ts, which starts this).

usage: hub_cache.py cache ID...   downloads whole repositories into HF_HUB_CACHE
       hub_cache.py read ID...    reads them there offline; prints {id: {file: sha256}}
       hub_cache.py check ID...   prints what `scan_cache_dir` and `hf cache verify` find wrong
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from huggingface_hub import HfApi, __version__, hf_hub_download, scan_cache_dir, snapshot_download

task, *ids = sys.argv[1:]


def contents(folder: str) -> dict[str, str]:
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


if task == "cache":
    # One by one as `from_pretrained` does it, a file that is missing among them.
    for repo in ids:
        for file in [*HfApi().list_repo_files(repo), "absent.json"]:
            try:
                hf_hub_download(repo, file)
            except Exception as error:
                assert file == "absent.json" and type(error).__name__ == "RemoteEntryNotFoundError", error
elif task == "read":
    os.environ["HF_HUB_OFFLINE"] = "1"
    print(json.dumps({repo: contents(snapshot_download(repo, local_files_only=True)) for repo in ids}))
else:
    found = scan_cache_dir()
    flaws = [f"scan: {warning}" for warning in found.warnings]
    if sorted(repo.repo_id for repo in found.repos) != sorted(ids):
        flaws.append(f"scan: {[repo.repo_id for repo in found.repos]}")
    hf = Path(sys.executable).with_name("hf")
    for repo in ids:
        result = subprocess.run([hf, "cache", "verify", repo], capture_output=True, text=True)
        if result.returncode != 0:
            flaws.append(f"verify {repo}: {result.stdout} {result.stderr}")
    print(json.dumps({"version": __version__, "flaws": flaws}))
