"""The second step of a login: codes of an app, backup codes, remembered devices, and how often may be tried."""
