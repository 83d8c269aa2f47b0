"""Rendering and delivering what is new: mails today, other channels later.

Rendering is pure (deal views in, a message out); delivery speaks SMTP or writes `.eml` files.
"""
