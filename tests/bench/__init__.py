"""The measurements, where they can be tested without measuring anything."""
