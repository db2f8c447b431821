"""What the articles say: claims, methods, checklists, systems."""
