"""What one page shows, gathered in a few queries and handed to its template: the views only choose the row."""
