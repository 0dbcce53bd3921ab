"""No word of the programme here: refusals, verdicts, outbox, documents, findings, calendar arithmetic."""
