"""`nonevent doctor`: what nonevent sees here, and what keeps it from working well."""
