"""Wiring: the daily run as plain functions (`flows.daily_run`) and as a Prefect flow (`flows.daily`).

The only room that may import Prefect, and only in the modules that define flows, so that
`veille run --plain` starts without it.
"""
