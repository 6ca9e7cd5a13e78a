"""The kinds of fields that a question's form is made of; plugins find them in `evoclass.exercise`."""
