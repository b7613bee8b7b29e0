"""THE FEW JOURNEYS: each file walks through the rooms in order and reads as a paragraph."""
