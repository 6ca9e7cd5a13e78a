"""From a file to the blocks of a lesson: front matter, Markdown, directives, drawn values, formulas."""
