"""Writes golden/messages.json anew: python -m unit.client.golden_write (only when the wire is meant to change)."""

import json

from unit.client.test_wire import EXAMPLES, GOLDEN, NAMES, end

if __name__ == "__main__":
    rows = {
        name: [bytes(frame).hex() for frame in end(role, channel).seal(type_, fields, buffers)]
        for name, (type_, role, channel, fields, buffers) in zip(NAMES, EXAMPLES, strict=True)
    }
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(rows, indent=1) + "\n")
