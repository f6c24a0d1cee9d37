"""What the safetensors package says about a file, as one of the error kinds that reading can end in."""

import safetensors

# The kinds in the order of the rules; the number of a kind is what is stored.
KINDS = [
    ("Accepted", None),
    ("HeaderTooSmall", "header too small"),
    ("HeaderTooLarge", "header too large"),
    ("InvalidHeaderLength", "invalid header length"),
    ("InvalidHeader", "invalid UTF-8 in header"),
    ("InvalidHeaderDeserialization", "invalid JSON in header"),
    ("InvalidOffset", "invalid offset for tensor"),
    ("ValidationOverflow", "overflow computing buffer size"),
    ("MisalignedSlice", "The slice is slicing for subbytes"),
    ("TensorInvalidInfo", "invalid shape, data type, or offset"),
    ("MetadataIncompleteBuffer", "incomplete metadata, file not fully covered"),
]


def verdict(data: bytes) -> int:
    try:
        safetensors.deserialize(data)
        return 0
    except safetensors.SafetensorError as error:
        message = str(error)
    for number, (_, phrase) in enumerate(KINDS):
        if phrase is not None and phrase in message:
            return number
    raise AssertionError(f"unknown verdict: {message}")
