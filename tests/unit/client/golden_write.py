"""Writes golden/messages.json anew: python -m unit.client.golden_write (only when the wire is meant to change)."""

import json

from unit.client.test_wire import EXAMPLES, GOLDEN, end

if __name__ == "__main__":
    rows = {
        f"{channel} {role} {type_}": [bytes(frame).hex() for frame in end(role, channel).seal(type_, fields, buffers)]
        for type_, role, channel, fields, buffers in EXAMPLES
    }
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(rows, indent=1) + "\n")
