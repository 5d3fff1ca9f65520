"""What is remembered: project folders, the database, blobs and series."""
