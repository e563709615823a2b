"""What Hørt means: rules and store, area by area. Knows nothing of Flask (docs/ARCHITECTURE.md)."""
