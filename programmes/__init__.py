"""What a region voted: programmes, campaigns, versioned rules, presets, calendars."""
