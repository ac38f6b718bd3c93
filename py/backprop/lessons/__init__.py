"""The lessons: their registry, their lenses and the course they make; each lesson is a folder here."""
