"""Understanding: what the words are about.

A text comes in.
It suggests a kind and a topic with the words that decided, and likely repeats; it learns from corrections, and a person always confirms.
"""
