"""How the house says no: one exception with a stable code and a sentence for the person in front."""


class Refused(Exception):
    """An act was refused.

    `code` is stable (for the API, the tests and the logs), in snake case: `convention_not_signed`.
    `sentence` is for people: what is wrong and what to do next, in the interface's language.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = str(sentence)

    def __str__(self) -> str:
        return self.sentence
