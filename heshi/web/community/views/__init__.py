"""Showing duties and campaigns, and taking in what people say about them."""
