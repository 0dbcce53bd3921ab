"""Files sent from a page, as work in the background that can be left and come back to.

sending     stored, looked at, accepted, dropped: what people do
working     what workers do: take a batch up where the last one left it
reading     one school's files → what they would change, by the real import, undone at once
applying    the same import kept, if its files and its differences are those that were shown
forgetting  files and previews deleted when the rules say
"""
