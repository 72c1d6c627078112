"""Part of lianjin."""
