"""CALCULATION of populations: lists weighted for need, lists too unusual to budget alone, registered days."""
