"""Measures of speed, run by hand: ratios of one run on one machine, which hold where milliseconds do not."""
