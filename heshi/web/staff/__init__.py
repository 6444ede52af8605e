"""Staff come in and go out: sign-in with slowed-down guessing, and sign-out."""
