"""What programs may ask, a module for each subject."""
