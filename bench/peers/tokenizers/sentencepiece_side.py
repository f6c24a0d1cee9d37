"""SentencePiece with the model that the tokenizer.json was made of. Its rules for text are not all the same as the
file's, so that there is nothing to check."""

from pathlib import Path

from side import read_documents, read_options, serve_throughput

import sentencepiece

options = read_options()
documents, megabytes = read_documents(options.sentences)
processor = sentencepiece.SentencePieceProcessor(str(Path(options.folder).parent / "spiece.model"))


def work() -> None:
    for document in documents:
        processor.encode(document)


serve_throughput(f"sentencepiece {sentencepiece.__version__}", None, megabytes, work)
