"""Small vocabularies in the formats that families of tokenizers read, made of the sample texts."""

import collections
import io

import sentencepiece
from samples import SENTENCES

CORPUS = [*SENTENCES, *[sentence.lower() for sentence in SENTENCES]]
# Of alphabets alone, so that a model has room for more than single characters.
LETTERS = [*SENTENCES[:10], *SENTENCES[13:14], *[sentence.lower() for sentence in SENTENCES[:10]]]


def bpe_merges(words, count, end="</w>"):
    """Byte-pair merges over characters, the last of which carries `end`: the most frequent pair first, of equal
    ones the first in alphabetical order."""
    counts = collections.Counter(words)
    splits = {word: [*word[:-1], word[-1] + end] for word in counts}
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for word, symbols in splits.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for word, symbols in splits.items():
            place, merged = 0, []
            while place < len(symbols):
                if tuple(symbols[place : place + 2]) == best:
                    merged.append("".join(best))
                    place += 2
                else:
                    merged.append(symbols[place])
                    place += 1
            splits[word] = merged
    return merges


def symbols_of(words, merges, end="</w>"):
    """All that merging can leave, in a fixed order."""
    found = {symbol for word in words for symbol in [*word[:-1], word[-1] + end, *word[:-1]]}
    return [*sorted(found), *("".join(pair) for pair in merges)]


def corpus_words():
    return [word for sentence in CORPUS for word in sentence.split()]


def sentencepiece_model(size=260, model_type="unigram", symbols=(), **options):
    """The bytes of a SentencePiece model without normalisation."""
    target = io.BytesIO()
    options = {"unk_id": 0, "bos_id": 1, "eos_id": 2, "normalization_rule_name": "identity", "character_coverage": 0.98, **options}
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(LETTERS),
        model_writer=target,
        vocab_size=size,
        model_type=model_type,
        user_defined_symbols=list(symbols),
        num_threads=1,
        minloglevel=2,
        hard_vocab_limit=False,
        **options,
    )
    return target.getvalue()


def pieces_of(model):
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    return [processor.id_to_piece(index) for index in range(len(processor))]


def wordpiece_tokens(count=700):
    """Tokens of vocab.txt: special ones, characters alone and inside of words, frequent words and endings."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = collections.Counter(word.strip(".,;:!?()'\"") for word in corpus_words())
    characters = collections.Counter("".join(words)).most_common(230)
    letters = sorted({character for character, _ in characters} | set(",.;:!?'()$%&-0123456789"))
    inner = sorted("##" + character for character, _ in characters)
    frequent = sorted(word for word, _ in words.most_common(120) if len(word) > 1)
    endings = collections.Counter("##" + word[-size:] for word in words for size in (2, 3) if len(word) > size)
    found = dict.fromkeys([*special, *letters, *inner, *frequent, *sorted(ending for ending, _ in endings.most_common(120))])
    return list(found)[:count]
