"""The address machines push enrolment files to (N1): a scoped token, a receipt, news of what became of the files.

doors            who comes in: the token, its pace, the log of each use
request_files    the files of a request, and what is refused before anything is read
answers          what is said back: a receipt, or problems as sentences
pushing          the two addresses
"""
