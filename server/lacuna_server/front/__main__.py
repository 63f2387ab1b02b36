"""`python -m lacuna_server.front`: the server process, in the foreground."""

import sys

from lacuna_client.errors import LacunaError
from lacuna_server.front.options import parse
from lacuna_server.front.service import serve


def main() -> int:
    """Serve until told to stop. Exit status: 0 ended, 1 failed (one line on stderr), 3 another one is running."""
    try:
        return serve(parse())
    except (LacunaError, OSError) as error:
        print(f"lacuna server: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
