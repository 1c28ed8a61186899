"""The bench: what Doorstep costs, measured on the machine it runs on. `make bench` from the root."""
