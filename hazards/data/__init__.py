"""What each action is given: one typed class, from which come its form, its API schema and its batch row."""
