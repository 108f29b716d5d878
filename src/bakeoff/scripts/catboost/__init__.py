"""CatBoost, which requirements.txt installs."""
