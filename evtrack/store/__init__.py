"""Where is it kept? Tables, migrations, and domain objects in and out."""
