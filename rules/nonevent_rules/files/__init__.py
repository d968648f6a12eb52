"""Files that one instance keeps to itself, where its replicas and its successor miss them."""
