"""`python -m nonevent`."""

import os
import sys

# `-m` puts the working directory first among the places of modules. That is where the code
# under analysis lies, and nothing of it is ever run.
if not sys.flags.safe_path and sys.path and sys.path[0] in ("", os.getcwd()):
    del sys.path[0]

from nonevent.entry import main

if __name__ == "__main__":
    sys.exit(main())
