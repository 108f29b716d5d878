"""LightGBM, which requirements.txt installs."""
