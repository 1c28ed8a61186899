"""Doorstep: the front door of a subscription product."""
