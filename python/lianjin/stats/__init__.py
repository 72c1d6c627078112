"""Statistics that stand behind figures. Takes values and counts; gives numbers; records nothing."""
