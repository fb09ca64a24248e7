"""Start the site on one machine and keep it running: `python -m config.supervisor`."""
