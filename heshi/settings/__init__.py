"""Settings by situation: `dev` on a desk, `test` in tests, `production` at a centre; all stand on `base`."""
