"""What can be said about codes and polygons without asking a database."""
