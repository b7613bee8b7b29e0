"""The only writes, each by somebody, at a moment, in one transaction with its entry of the trail."""
