"""Records what every tensor operation gives in PyTorch, and its gradient.

    record.py [room ...]

Writes src/tensor/fixtures/ops/<room>.json (the list of cases) and <room>.safetensors (their tensors)
for each room named, or for all: a room is a file beside this one with a function `record`. A room
whose functions the reference's PyTorch lacks says in `PYTORCH` which release recorded it; it is
recorded when it is named, with that release.
"""

import sys
from importlib import import_module
from pathlib import Path

import torch

from recorder import start_room, write_room

ROOMS = sorted(
    path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in ("record", "recorder")
)


def load(room):
    """The room's module, or why it cannot be loaded here, which matters only where it is to be recorded."""
    try:
        return import_module(room)
    except ImportError as error:
        return error


if __name__ == "__main__":
    torch.set_num_threads(1)
    modules = {room: load(room) for room in ROOMS}
    for room in sys.argv[1:] or [room for room in ROOMS if not hasattr(modules[room], "PYTORCH")]:
        if isinstance(modules[room], ImportError):
            raise modules[room]
        release = getattr(modules[room], "PYTORCH", torch.__version__)
        assert torch.__version__.startswith(release), f"{room} is recorded with PyTorch {release}"
        start_room()
        modules[room].record()
        write_room(room)
