"""How likely a change is to be taken back or mended in haste, learned from earlier ones."""
