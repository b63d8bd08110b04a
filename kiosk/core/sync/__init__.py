"""Sync, as far as it is thinking: what an answer means, when to ask again, what a notice is worth. docs/sync.md.

exchange.py   a question to the collector and what came back         verdicts.py   what that means
retry.py      how long to wait                                       budget.py     bytes a second
notices.py    which signed notices count                             answers.py    a signed request answered
beat.py       the heartbeat, from the facts                          enrolment.py  who the box is to the collector
words.py      what each choice of sharing means, in one sentence
"""
