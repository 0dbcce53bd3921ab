"""A school's copier swallows a pile of signed conventions; here they come apart again, page by page (N5).

marks       what is printed on each page so that it can be found again
reading     a scan → its pages: whose, which way up, signed or not
receiving   a file kept as it came
splitting   one worker holds a scan: its pages read ten by ten, then placed
placing     pages → copies sent to the check, or flagged for the school
"""
