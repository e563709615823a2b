"""What every blueprint stands on: the door, the unit of work, forms, headers, language and errors."""
