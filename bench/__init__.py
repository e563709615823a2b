"""The figures this project promises, each measured beside its limit in one run: `make bench`."""
