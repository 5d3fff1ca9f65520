"""Tests of the analysis of code."""
