"""The guesses of a lesson in plain mode: asked in words before a run, and told beside what the run gave."""

from __future__ import annotations

from evoclass.exercise import InvalidAnswer
from evoclass.learner.guesses import ends, field_of, guess_of, standing, trouble
from evoclass.learner.session import Session
from evoclass.model import Guess
from evoclass.plain import forms
from evoclass.plain.console import Console
from evoclass.plain.labs import Labs
from evoclass.plain.speech import spoken
from evoclass.plain.steering import Steering


class Guesses:
    """Asks for guesses; Enter goes on without."""

    def __init__(self, session: Session, console: Console, steering: Steering, labs: Labs) -> None:
        self._session, self._console, self._steering, self._labs = session, console, steering, labs
        self._catalog = session.catalog

    def ask(self, guess: Guess) -> None:
        """Ask for one guess, or tell how an earlier one stands."""
        say, state = self._catalog, self._session.state.guess(guess.id)
        self._console.say(say("guess.plain_start", file=guess.file))
        self._console.say(*spoken(guess.prompt, self._labs.shown_live, say))
        field = field_of(guess)
        forms.show(field, self._console, say)
        self._console.say(*standing(guess, state, say))
        if state.told:
            self._explain(guess)
        offers = bool(guess.explanation) and not state.told
        self._console.say(say("guess.plain_look" if offers else "guess.plain_go_on"))
        asked = field.instruction(say)
        if guess.asks == "number":
            low, high = ends(guess, say)
            asked = f"{asked}. {say('guess.between', low=low, high=high)}"
        while True:
            typed = self._steering.ask(asked, field.takes)
            if typed == "" or (self._steering.is_next(typed) and not field.takes(typed.lower())):
                return
            if typed == "!" and guess.explanation:
                self._session.look_at_guess(guess.id)
                self._explain(guess)
                return
            if typed in ("?", "!"):  # what a question would take
                self._console.say(say("guess.only_run", file=guess.file))
                continue
            try:
                value = forms.read(field, self._console, say, typed)
            except InvalidAnswer as problem:
                self._console.say(str(problem))
                continue
            made = guess_of(guess, value)
            if made is None:
                self._console.say(trouble(guess, value, say))
                continue
            self._session.guess(guess.id, made)
            self._console.say(say("guess.kept"), "")
            return

    def _explain(self, guess: Guess) -> None:
        """Tell what the author says of the outcome."""
        self._console.say(*spoken(guess.explanation, self._labs.shown_live, self._catalog))
