"""The table: one line a pupil, two guardians beside, for schools that have nothing else (CSV, XLSX).

columns    the columns we know, their titles here and in SIECLE's personalised extraction
cells      one cell → one value, or a sentence about what is wrong with it
formats    bytes → lines, strictly: a table cut short or shifted is refused
lines      lines → typed lines, through django-import-export
reading    typed lines → the neutral roll every source is read into
template   an empty table to fill, with its help
wording    what findings say to somebody who fills a table rather than SIECLE
"""

from schools.sources.rows import TABLE_TYPES, Reader
from schools.sources.tables.reading import read_header, read_table
from schools.sources.tables.wording import WORDING


READERS = {
    root: Reader("table", "pupils", read_header, read_table, is_told=True, wording=WORDING)
    for root in TABLE_TYPES
}
