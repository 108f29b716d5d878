"""Jobs and endpoints that really run, in processes of this machine."""
