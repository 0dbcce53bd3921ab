"""The demo: a Normandie-like region in the middle of its distribution, played through the real acts.

calendar   the campaign's days, laid around today so that every stage is alive
people     who signs in, with one password
region     twelve fictitious schools, their files, and what happens to them
families   who signs, when, and who refuses
delivery   proposals, answers, the desk, absentees, paper
copier     a pile of signed conventions, as a school's copier sends it
officers   what one person of the region asks and another decides
helpdesk   breakdowns, a theft, questions, returns
play       day after day, in the order of the story
"""

from config.demo.people import ACCOUNTS, PASSWORD
from config.demo.play import play_demo


__all__ = ["ACCOUNTS", "PASSWORD", "play_demo"]
