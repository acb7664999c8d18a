"""The tools that build and check the book; not part of the installed library."""
