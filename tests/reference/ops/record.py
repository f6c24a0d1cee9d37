"""Records what every tensor operation gives in PyTorch, and its gradient.

    record.py [room ...]

Writes src/tensor/fixtures/ops/<room>.json (the list of cases) and <room>.safetensors (their tensors)
for each room named, or for all: a room is a file beside this one with a function `record`.
"""

import sys
from importlib import import_module
from pathlib import Path

import torch

from recorder import start_room, write_room

ROOMS = sorted(
    path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in ("record", "recorder")
)

if __name__ == "__main__":
    torch.set_num_threads(1)
    modules = {room: import_module(room) for room in ROOMS}
    for room in sys.argv[1:] or ROOMS:
        start_room()
        modules[room].record()
        write_room(room)
