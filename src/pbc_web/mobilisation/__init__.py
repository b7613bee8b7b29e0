"""What follows an approval: milestones on the way to the changed service, the day it changed, how long both took, and what it did."""
