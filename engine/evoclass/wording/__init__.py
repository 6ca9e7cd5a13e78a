"""Text made ready for a reader: printable, in the numbers and dates of a language, in the characters of a terminal."""
