"""The Rust library through Python: its fastest route for ids, all of an encoding, or Transformers' batch."""

from itertools import chain

from side import read_documents, read_options, serve_throughput

import tokenizers
import transformers

options = read_options()
documents, megabytes = read_documents(options.sentences)
tokenizer = tokenizers.Tokenizer.from_file(options.folder)
pretrained = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizers.Tokenizer.from_file(options.folder))


def ids(some: list[str]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch_fast(some, add_special_tokens=False)]


work = {
    "ids": lambda: ids(documents),
    "encoding": lambda: tokenizer.encode_batch(documents, add_special_tokens=False),
    "batch": lambda: pretrained(documents, return_attention_mask=True, return_offsets_mapping=True),
}[options.spec["output"]]
version = f"tokenizers {tokenizers.__version__}, transformers {transformers.__version__}"
serve_throughput(version, list(chain.from_iterable(ids(documents[:20]))), megabytes, work)
