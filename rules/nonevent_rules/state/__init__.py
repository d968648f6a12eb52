"""State that one process keeps to itself, where its replicas and its successor miss it."""
