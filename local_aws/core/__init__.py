"""What every service stands on: the running instance, its processes and threads, and patches of moto."""
