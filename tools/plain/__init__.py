"""Plain notebooks: what the download button, Binder and Colab open.

JupyterLab, Colab and GitHub do not know MyST: there every statement of the book would be a grey
block of code and every reference a raw name. ``python -m tools.plain`` writes the chapters once
more, after the site is built: Markdown with dollar mathematics, the numbers and titles of the
site, links into it, and solutions that fold. Code cells and outputs stay as they are.

`places` reads the built site, `cited` the bibliography, `markdown` turns prose into plain prose,
and `notebook` puts cells together. A directive or role without a plain form is an error.
"""
