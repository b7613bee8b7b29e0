"""Uploaded extracts: checked row by row, accepted or rejected, taken in; and the register of feeds that says why we may."""
