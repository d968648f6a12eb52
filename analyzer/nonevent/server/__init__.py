"""The language server: what `check` finds, in an editor, while the change is being written."""
