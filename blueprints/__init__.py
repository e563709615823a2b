"""How Hørt is reached: thin views over the areas of `domain` (docs/ARCHITECTURE.md)."""
