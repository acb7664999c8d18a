"""The tools that build and check the book; not part of the installed library."""

import sys

# To check international addresses, which no notebook has, jsonschema would read a grammar with
# every import of nbformat: two seconds for each of the many processes of a build or a test. What
# cannot be imported it does without.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
