"""Whether Python reads the files that the TypeScript tokenizers write, and gives the recorded ids and texts by them.

    npx tsx tests/reference/tokenizers/save_families.ts FOLDER
    python tests/reference/tokenizers/check_families.py FOLDER      (transformers==4.37.2)
"""

import gzip
import json
import pathlib
import sys

import transformers
from family_recording import MODELS

transformers.logging.set_verbosity(transformers.logging.CRITICAL)
target = pathlib.Path(sys.argv[1])
checked, failed = 0, []
for folder in sorted(target.iterdir()):
    cases = json.loads(gzip.decompress((MODELS / folder.name / "fixtures/tokenization.json.gz").read_bytes()))
    for number, case in enumerate(cases):
        saved = folder / str(number)
        if not saved.is_dir():
            continue
        tokenizer = getattr(transformers, case["class"]).from_pretrained(saved)
        for text, _, ids in case["texts"]:
            checked += 1
            if tokenizer.encode(text, add_special_tokens=False) != ids:
                failed.append((folder.name, case["name"], text))
        for ids, options, text in case["decoded"]:
            if isinstance(text, str):
                checked += 1
                if tokenizer.decode(ids, **options) != text and max(ids, default=0) < len(tokenizer) - 1:
                    failed.append((folder.name, case["name"], ids))
        # A token whose id is given away is one that Python has too.
        if "<added>" not in tokenizer.get_added_vocab():
            failed.append((folder.name, case["name"], "<added>"))
    print(folder.name, len(cases))
print(checked, "comparisons,", len(failed), "failed", failed[:5])
sys.exit(bool(failed))
